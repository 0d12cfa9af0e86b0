/**
 * The vocabulary that a model file carries in its metadata, checked once.
 * takes  metadata (`tokenizer.ggml.*`) · gives  Vocabulary
 * after  ./create
 */
import { LutraError } from '../../hal/error.js'
import type { MetadataValue } from '../model/model-file.js'
import { llamaFold } from './fold.js'
import { readMarks } from './marks.js'
import { familyOf } from './pretokenize.js'
import type { Family } from './pretokenizer-rules.js'
import { type Strip, tokenType, type Vocabulary } from './vocabulary.js'

type Metadata = ReadonlyMap<string, MetadataValue>

type Usual = Pick<Vocabulary, 'kind' | 'bos' | 'eos' | 'unknown'> & Partial<Pick<Vocabulary, 'rules' | 'addBos'>>

/** What each `tokenizer.ggml.model` means where the file says no more; ids as llama.cpp takes them. */
const models: Readonly<Record<string, Usual>> = {
  llama: { kind: 'scores', bos: 1, eos: 2, unknown: 0 },
  gpt2: { kind: 'bytes' },
  // It keeps lines apart. Its first files say false for addBos and mean true.
  gemma4: { kind: 'merges', rules: ['\\n+'], addBos: true },
  bert: { kind: 'words', bos: 101, unknown: 100 },
}

/** BERT's id of [SEP]. */
const bertSeparator = 102

/** `moreStops` end a generation too. */
export function readVocabulary(metadata: Metadata, moreStops: readonly number[] = []): Vocabulary {
  const get = (name: string) => metadata.get(`tokenizer.ggml.${name}`)
  const name = word(get('model'), '')
  if (!Object.hasOwn(models, name))
    throw new LutraError(
      'unsupported',
      `Expected a tokenizer of kind ${Object.keys(models).join(', ')} but found ${JSON.stringify(name)}`,
    )
  const { kind, ...usual } = models[name]
  const pieces = strings(get('tokens'), 'tokens')
  if (pieces.length === 0)
    throw new LutraError('format', 'Expected tokens in tokenizer.ggml.tokens but the list is empty')
  const given = numbers(get('token_type'), 'token_type', pieces.length) ?? new Int32Array(pieces.length).fill(1)
  const id = (key: string, otherwise?: number) =>
    idOf(get(`${key}_token_id`), pieces.length) ?? idOf(otherwise, pieces.length)
  // Only byte-level vocabularies ask for rules by name.
  const family: Family = kind === 'bytes' ? familyOf(word(get('pre'), '') || 'default') : { rules: usual.rules ?? [] }
  const eos = id('eos', usual.eos)
  const { types, stops } = readMarks(pieces, given, [eos, id('eot'), id('eom'), ...moreStops])
  const closing = kind === 'words' ? id('seperator', id('sep', bertSeparator)) : eos
  const closes = kind === 'words' || flag(get('add_eos_token')) === true
  return {
    kind,
    pieces,
    types,
    scores: numbers(get('scores'), 'scores', pieces.length) ?? new Float32Array(pieces.length),
    merges: get('merges') === undefined ? [] : strings(get('merges'), 'merges'),
    rules: family.rules,
    ignoreMerges: family.ignoreMerges ?? false,
    spacePrefix: (flag(get('add_space_prefix')) ?? kind === 'scores') ? 'each' : 'none',
    onlyIfNone: false,
    ...(kind === 'words' && { normalize: llamaFold }),
    bos: id('bos', id('cls', usual.bos)),
    eos,
    unknown: id('unknown', usual.unknown),
    stops,
    addBos:
      usual.addBos ?? flag(get('add_bos_token')) ?? (kind === 'scores' || kind === 'words' || family.addBos === true),
    last: closes ? [closing].filter((id) => id !== undefined) : [],
    strips: stripsOf(metadata, pieces, types),
    overlap: 'longest',
    guarded: metadata.has('lutra.pilot.version'),
  }
}

/** Phi-3's marks swallow the white space behind them; nothing in the file says so but its name. */
function stripsOf(metadata: Metadata, pieces: readonly string[], types: ArrayLike<number>): Vocabulary['strips'] {
  const name = metadata.get('general.name')
  if (typeof name !== 'string' || !/phi-?3/i.test(name.slice(0, 256))) return new Map()
  const strips = new Map<number, Strip>()
  pieces.forEach((piece, id) => {
    const literal = types[id] === tokenType.control || types[id] === tokenType.userDefined
    if (literal && !['<unk>', '<s>', '<|endoftext|>'].includes(piece)) strips.set(id, { left: false, right: true })
  })
  return strips
}

/** A short name; what is none is shown short, since files may hold megabytes there. */
function word(value: MetadataValue | undefined, otherwise: string): string {
  if (value === undefined) return otherwise
  return typeof value === 'object' ? `a list of ${value.length}` : String(value).slice(0, 80)
}

function strings(value: MetadataValue | undefined, name: string): readonly string[] {
  if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return value
  throw new LutraError('format', `Expected a list of strings as tokenizer.ggml.${name} but the file has none`)
}

function numbers(value: MetadataValue | undefined, name: string, length: number): ArrayLike<number> | undefined {
  if (value === undefined) return undefined
  const list = value instanceof Float32Array || value instanceof Int32Array ? value : undefined
  const plain = Array.isArray(value) && value.every((element) => typeof element === 'number') ? value : list
  if (plain?.length === length) return plain
  throw new LutraError(
    'format',
    `Expected ${length} numbers as tokenizer.ggml.${name}, one a token, but found ${plain?.length ?? 'something else'}`,
  )
}

/** Files mark "none" with 2^32 - 1 or -1; anything outside the vocabulary is none. */
function idOf(value: MetadataValue | undefined, size: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < size ? value : undefined
}

function flag(value: MetadataValue | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}
