/**
 * Hugging Face's tokenizer.json, translated to our own vocabulary: its steps are recognized, never run, so that a file
 * cannot bring code (regular expressions) of its own.
 * takes  the texts beside a model's weights · gives  Vocabulary; LutraError unsupported where a step is not known
 * before ./json-tables, ./tokenizer-steps, ./tokenizer-config · after  ./create
 */
import { LutraError } from '../../hal/error.js'
import type { Steps } from '../../hal/turns.js'
import {
  checkLength,
  isId,
  isObject,
  type Json,
  type JsonObject,
  list,
  object,
  parse,
  shown,
  string,
  wrong,
} from './json-fields.js'
import { placeholder, readTables, type Vocab } from './json-tables.js'
import { readMarks } from './marks.js'
import { readTokenizerConfig } from './tokenizer-config.js'
import { stepsOf } from './tokenizer-steps.js'
import { type Strip, tokenType, type Vocabulary } from './vocabulary.js'

/** Ids without a token between others: some files have a few, none has more than a padded vocabulary. */
const maxHoles = 65_536
/** The largest known vocabulary has 262 144 tokens, its merges twice that. */
const maxTokens = 8 * 1024 * 1024

export function* readTokenizerJson(json: string, texts: ReadonlyMap<string, string>): Steps<Vocabulary> {
  const parts = yield* readParts(json)
  const { file, model } = parts
  const steps = stepsOf(file, kindOf(parts))
  const vocab = parts.vocab ?? vocabOf(model)
  const added = list(file.added_tokens, 'added_tokens')
  const table = new Table(sizeOf(vocab, added))
  readPieces(model, vocab, steps.kind, table)
  yield
  const strips = readAdded(added, steps.kind, table)
  const idOf = (piece: string) => table.added.get(piece) ?? vocab.ids[vocab.pieces.lastIndexOf(piece)]
  const config = readTokenizerConfig(texts, file.post_processor, idOf)
  const { pieces } = table
  const { types, stops } = readMarks(pieces, table.types, config.stops)
  return {
    kind: steps.kind,
    pieces,
    types,
    scores: new Float32Array(0),
    merges: parts.merges ?? mergesOf(model),
    rules: steps.rules,
    ignoreMerges: model.ignore_merges === true,
    spacePrefix: steps.spacePrefix,
    onlyIfNone: steps.onlyIfNone,
    ...(steps.normalize && { normalize: steps.normalize }),
    bos: config.bos,
    eos: config.eos,
    unknown: typeof model.unk_token === 'string' ? idOf(model.unk_token) : undefined,
    stops,
    addBos: config.addBos,
    last: config.last,
    strips,
    overlap: 'leftmost',
    guarded: false,
    ...(isId(model.max_input_chars_per_word) && { mostCharacters: model.max_input_chars_per_word }),
  }
}

interface Parts {
  readonly file: JsonObject
  readonly model: JsonObject
  readonly vocab?: Vocab
  readonly merges?: readonly string[]
}

function* readParts(text: string): Steps<Parts> {
  checkLength(text, 'tokenizer.json')
  const { rest, vocab, merges } = yield* readTables(text)
  const file = parse(rest, 'tokenizer.json')
  const model = object(file.model, 'model')
  const taken = (table: unknown, name: string) => table === undefined || model[name] === placeholder
  if (taken(vocab, 'vocab') && taken(merges, 'merges')) return { file, model, vocab, merges }
  // Tables of these names that lie elsewhere are not the model's.
  const whole = parse(text, 'tokenizer.json')
  return { file: whole, model: object(whole.model, 'model') }
}

/** A vocabulary that JSON.parse read; only in such a one may something else than ids stand. */
function vocabOf(model: JsonObject): Vocab {
  const table = object(model.vocab, 'model.vocab')
  const pieces = Object.keys(table)
  const ids = pieces.map((piece) => {
    const id = table[piece]
    if (!isId(id)) throw wrong('an id', `model.vocab of ${shown(piece)}`, id)
    return id
  })
  return { pieces, ids }
}

/** Old files do not name the kind of their model. */
function kindOf({ model, vocab, merges }: Parts): 'BPE' | 'WordPiece' {
  const joins = Array.isArray(merges ?? model.merges)
  const type = model.type ?? (joins ? 'BPE' : isObject(vocab ?? model.vocab) ? 'WordPiece' : 'Unigram')
  if (type === 'BPE' || type === 'WordPiece') return type
  throw new LutraError(
    'unsupported',
    `Expected a model of type BPE or WordPiece in tokenizer.json but found ${JSON.stringify(type)?.slice(0, 80)}`,
  )
}

/** Tokens by id, as they are read. */
class Table {
  /** Ids of the added tokens: they go before those of the model. */
  readonly added = new Map<string, number>()
  readonly pieces: string[]
  readonly types: Int32Array

  constructor(size: number) {
    this.pieces = new Array<string>(size).fill('')
    this.types = new Int32Array(size).fill(tokenType.unused)
  }

  set(id: number, type: number, written: string): void {
    this.pieces[id] = written
    this.types[id] = type
  }
}

/** One more than the highest id; LutraError where the ids are none, or would need far more room than there are tokens. */
function sizeOf({ ids }: Vocab, added: readonly Json[]): number {
  const count = added.length + ids.length
  let highest = -1
  for (const id of ids) if (id > highest) highest = id
  added.forEach((each, i) => {
    const { id } = object(each, `added_tokens[${i}]`)
    if (!isId(id)) throw wrong('an id', `id of added_tokens[${i}]`, id)
    if (id > highest) highest = id
  })
  if (highest < 0) throw new LutraError('format', 'Expected tokens in tokenizer.json but found none')
  if (highest >= maxTokens || highest > count + maxHoles)
    throw new LutraError('limit', `Expected ids without large holes but found ${highest} among ${count} tokens`)
  return highest + 1
}

function readPieces(model: JsonObject, vocab: Vocab, kind: Vocabulary['kind'], table: Table): void {
  for (const affix of ['continuing_subword_prefix', 'end_of_word_suffix'] as const) {
    const expected = kind === 'words' && affix === 'continuing_subword_prefix' ? '##' : ''
    if ((model[affix] ?? expected) !== expected)
      throw new LutraError('unsupported', `Expected no ${affix} in tokenizer.json but found one`)
  }
  const unknown = model.unk_token
  const bytes = model.byte_fallback === true
  vocab.pieces.forEach((piece, i) => {
    const byte = bytes && piece.length === 6 && /^<0x[0-9A-F]{2}>$/.test(piece)
    const type = piece === unknown ? tokenType.unknown : byte ? tokenType.byte : tokenType.normal
    table.set(vocab.ids[i], type, kind === 'words' && type === tokenType.normal ? wordPiece(piece) : piece)
  })
}

/** As GGUF files write them: ▁ where a word begins. */
function wordPiece(piece: string): string {
  return piece.startsWith('##') ? piece.slice(2) : `▁${piece}`
}

function readAdded(added: readonly Json[], kind: Vocabulary['kind'], table: Table): Map<number, Strip> {
  const strips = new Map<number, Strip>()
  added.forEach((each, i) => {
    const token = object(each, `added_tokens[${i}]`)
    const content = string(token.content, `content of added_tokens[${i}]`)
    const id = token.id as number
    if (content === '') return
    // Runs of ▁ come about by merging: the text itself has spaces there.
    const spaces = kind === 'merges' && /^▁+$/.test(content)
    const type = token.special === true ? tokenType.control : spaces ? tokenType.normal : tokenType.userDefined
    table.set(id, type, content)
    table.added.set(content, id)
    if (token.lstrip || token.rstrip || token.single_word)
      strips.set(id, { left: token.lstrip === true, right: token.rstrip === true, alone: token.single_word === true })
  })
  return strips
}

function mergesOf(model: JsonObject): string[] {
  return list(model.merges, 'model.merges').map((merge, i) => {
    if (typeof merge === 'string') return merge
    const [left, right] = list(merge, `model.merges[${i}]`)
    return `${string(left, `left of model.merges[${i}]`)} ${string(right, `right of model.merges[${i}]`)}`
  })
}
