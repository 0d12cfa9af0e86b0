/**
 * The vocabulary that a model file carries in its metadata, checked once.
 * takes  metadata (`tokenizer.ggml.*`) · gives  Vocabulary
 * after  ./sentencepiece, ./byte-level
 */
import { LutraError } from '../../hal/error.js'
import type { MetadataValue } from '../model/model-file.js'

/** What a token is, by GGUF's numbers. */
export const tokenType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const

export interface Vocabulary {
  /** `llama` (SentencePiece) or `gpt2` (byte-level). */
  readonly model: string
  /** Name of the pre-tokenizer; `default` where the file names none. */
  readonly pre: string
  readonly pieces: readonly string[]
  readonly types: ArrayLike<number>
  readonly scores: ArrayLike<number>
  readonly merges: readonly string[]
  readonly bos?: number
  readonly eos?: number
  readonly unknown?: number
  readonly stops: ReadonlySet<number>
  readonly addBos?: boolean
  readonly addSpacePrefix?: boolean
  /** Text of users never becomes a user-defined token: in Lutra's own models those are the actions' words. */
  readonly guarded: boolean
  readonly chatTemplate?: string
}

/** Pieces that end a turn in models whose metadata names only one end; as llama.cpp knows them. */
const endPieces = new Set([
  '<|eot_id|>',
  '<|eom_id|>',
  '<|im_end|>',
  '<|end|>',
  '<|end_of_text|>',
  '<|endoftext|>',
  '<end_of_turn>',
  '<EOT>',
  '<｜end▁of▁sentence｜>',
])

export function readVocabulary(metadata: ReadonlyMap<string, MetadataValue>): Vocabulary {
  const get = (name: string) => metadata.get(`tokenizer.ggml.${name}`)
  const pieces = strings(get('tokens'), 'tokens')
  if (pieces.length === 0)
    throw new LutraError('format', 'Expected tokens in tokenizer.ggml.tokens but the list is empty')
  const types = numbers(get('token_type'), 'token_type', pieces.length) ?? new Int32Array(pieces.length).fill(1)
  const id = (name: string) => idOf(get(`${name}_token_id`), pieces.length)
  const stops = new Set([id('eos'), id('eot'), id('eom')].filter((stop) => stop !== undefined))
  pieces.forEach((piece, i) => {
    if (types[i] !== tokenType.normal && endPieces.has(piece)) stops.add(i)
  })
  const chatTemplate = metadata.get('tokenizer.chat_template')
  return {
    model: word(get('model'), ''),
    pre: word(get('pre'), 'default'),
    pieces,
    types,
    scores: numbers(get('scores'), 'scores', pieces.length) ?? new Float32Array(pieces.length),
    merges: get('merges') === undefined ? [] : strings(get('merges'), 'merges'),
    bos: id('bos'),
    eos: id('eos'),
    unknown: id('unknown'),
    stops,
    addBos: flag(get('add_bos_token')),
    addSpacePrefix: flag(get('add_space_prefix')),
    guarded: metadata.has('lutra.pilot.version'),
    ...(typeof chatTemplate === 'string' && { chatTemplate }),
  }
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
