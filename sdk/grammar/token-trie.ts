/**
 * A vocabulary as two tries of bytes, walked instead of the list of tokens; built once per tokenizer.
 * takes  a tokenizer · gives tries in preorder, the alphabet, and sets of plain tokens by length
 * before sdk/tokenizer · after ./token-mask
 */
import { atOnce, inTurns, type Steps } from '../../hal/turns.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import { Alphabet } from './alphabet.js'

/** Nodes in preorder: to skip what hangs below node i, go on at `end[i]`. */
export interface Trie {
  readonly size: number
  readonly byte: Uint8Array
  readonly depth: Uint16Array
  readonly end: Int32Array
  /** The tokens that end at node i: ids[from[i] .. from[i + 1]). */
  readonly from: Int32Array
  readonly ids: Int32Array
}

export interface Vocabulary {
  readonly size: number
  readonly stops: readonly number[]
  readonly alphabet: Alphabet
  /** Tokens that may stand inside any JSON string as they are: no quote, backslash or control, whole characters. */
  readonly plain: Trie
  readonly other: Trie
  /** Plain tokens of at most so many characters (index, up to the longest), as bit sets over ids; made when asked for. */
  plainUpTo(characters: number): Uint32Array
}

/** Tokens looked at before others get a turn: well below a millisecond. */
const PART = 256

/** Longest token in bytes; longer ones are left out (the deepest known vocabularies stay below 512). */
const MAX_TOKEN_BYTES = 4096

const known = new WeakMap<Tokenizer, Vocabulary>()
const underWay = new WeakMap<Tokenizer, Promise<void>>()

/** The tokenizer's tries. A tokenizer's tokens never change, so they are made once. */
export function vocabularyOf(tokenizer: Tokenizer): Vocabulary {
  let vocabulary = known.get(tokenizer)
  if (vocabulary === undefined) {
    vocabulary = atOnce(build(tokenizer))
    known.set(tokenizer, vocabulary)
  }
  return vocabulary
}

/** Makes them in turns with others: 128k tokens take half a second on a fast machine. */
export function prepareVocabulary(tokenizer: Tokenizer): Promise<void> {
  if (known.has(tokenizer)) return Promise.resolve()
  const making =
    underWay.get(tokenizer) ?? inTurns(build(tokenizer)).then((vocabulary) => void known.set(tokenizer, vocabulary))
  underWay.set(tokenizer, making)
  return making
}

function* build(tokenizer: Tokenizer): Steps<Vocabulary> {
  const { size } = tokenizer
  const entries: { key: string; id: number }[] = []
  const tokens: Uint8Array[] = []
  for (let id = 0; id < size; id++) {
    if (id % PART === 0) yield
    if (tokenizer.isControl(id) || tokenizer.stops.has(id)) continue
    const bytes = tokenizer.bytes(id)
    if (bytes.length === 0 || bytes.length > MAX_TOKEN_BYTES) continue
    tokens.push(bytes)
    // Latin-1: one character per byte, so that strings sort as bytes do.
    entries.push({ key: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'), id })
  }
  const alphabet = new Alphabet(tokens)
  const plain: typeof entries = []
  const other: typeof entries = []
  const lengths = new Map<number, number[]>()
  for (const [i, entry] of entries.entries()) {
    if (i % PART === 0) yield
    const characters = plainLength(entry.key)
    if (characters === undefined) {
      // Without all bytes as tokens, a character once begun might not be finished.
      if (alphabet.complete || isWhole(entry.key)) other.push(entry)
      continue
    }
    plain.push(entry)
    const list = lengths.get(characters)
    if (list === undefined) lengths.set(characters, [entry.id])
    else list.push(entry.id)
  }
  return {
    size,
    stops: [...tokenizer.stops].filter((id) => id < size),
    alphabet,
    plain: yield* trieOf(plain),
    other: yield* trieOf(other),
    plainUpTo: cumulative(lengths, size),
  }
}

/** Characters of a plain token, or undefined where it is not plain. */
function plainLength(key: string): number | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/["\\\u0000-\u001f]/.test(key)) return undefined
  return isWhole(key) ? [...Buffer.from(key, 'latin1').toString()].length : undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isWhole(key: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (/^[\u0000-\u007f]*$/.test(key)) return true
  try {
    utf8.decode(Buffer.from(key, 'latin1'))
    return true
  } catch {
    return false
  }
}

function cumulative(
  lengths: ReadonlyMap<number, readonly number[]>,
  size: number,
): (characters: number) => Uint32Array {
  const sorted = [...lengths.keys()].sort((a, b) => a - b)
  const made = new Map<number, Uint32Array>()
  return (characters) => {
    // Lengths that no token has give the set of the next shorter one.
    let at = 0
    for (const length of sorted) if (length <= characters) at = length
    let bits = made.get(at)
    if (bits === undefined) {
      bits = new Uint32Array((size + 31) >> 5)
      for (const [length, ids] of lengths) if (length <= at) for (const id of ids) bits[id >> 5] |= 1 << (id & 31)
      made.set(at, bits)
    }
    return bits
  }
}

/** Sorted as bytes are. By their first two bytes first, since sorting cannot pause. */
function* sorted<T extends { readonly key: string; readonly id: number }>(entries: readonly T[]): Steps<T[]> {
  const groups = new Map<string, T[]>()
  for (const [i, entry] of entries.entries()) {
    if (i % PART === 0) yield
    const lead = entry.key.slice(0, 2)
    const group = groups.get(lead)
    if (group === undefined) groups.set(lead, [entry])
    else group.push(entry)
  }
  const all: T[] = []
  for (const lead of [...groups.keys()].sort()) {
    const group = groups.get(lead) as T[]
    group.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id - b.id))
    for (const entry of group) all.push(entry)
    yield
  }
  return all
}

function* trieOf(entries: readonly { readonly key: string; readonly id: number }[]): Steps<Trie> {
  const byte: number[] = []
  const depth: number[] = []
  const end: number[] = []
  const from: number[] = []
  const ids: number[] = []
  const open: number[] = []
  let last = ''
  for (const { key, id } of yield* sorted(entries)) {
    if (ids.length % PART === 0) yield
    let shared = 0
    while (shared < last.length && shared < key.length && last.charCodeAt(shared) === key.charCodeAt(shared)) shared++
    while (open.length > shared) end[open.pop() as number] = byte.length
    for (let i = shared; i < key.length; i++) {
      open.push(byte.length)
      byte.push(key.charCodeAt(i))
      depth.push(i)
      end.push(0)
      from.push(ids.length)
    }
    ids.push(id)
    last = key
  }
  while (open.length > 0) end[open.pop() as number] = byte.length
  from.push(ids.length)
  return {
    size: byte.length,
    byte: Uint8Array.from(byte),
    depth: Uint16Array.from(depth),
    end: Int32Array.from(end),
    from: Int32Array.from(from),
    ids: Int32Array.from(ids),
  }
}
