/**
 * The vocabulary as the inside of a JSON string sees it: a token is a head of whole characters that stand as they are,
 * and perhaps a tail that begins with a quote, an escape or a part of a character.
 * takes  tokens · gives the tails, and which tokens have heads within a CharSet, by length
 * before ./trie, ./char-set · after ./token-trie, ./string-mask
 */
import type { Steps } from '../../hal/turns.js'
import { lengthOf } from './alphabet.js'
import { anyCharacter, type CharSet } from './char-set.js'
import { type Entry, type Trie, trieOf } from './trie.js'

/** The tokens whose heads have characters of one set only. */
export interface SetTokens {
  /** Tokens that are nothing but a head, short ones first, and a bit for each. */
  readonly ids: Int32Array
  readonly bits: Uint32Array
  /** How many of `ids` have at most so many characters; beyond its end: all. */
  readonly upTo: Int32Array
  /** Tokens with a tail, short heads first: their ids, the numbers of their tails, how many have at most so many. */
  readonly tailedIds: Int32Array
  readonly tails: Int32Array
  readonly tailedUpTo: Int32Array
}

/** Sets kept per vocabulary, about a megabyte each at 128k tokens. */
const MAX_SETS = 16
/** Tokens looked at before others get a turn. */
const PART = 1024
const NO_TAIL = -1

/** Heads as columns. */
interface Heads<Column> {
  readonly id: Column
  /** Characters in the head. */
  readonly length: Column
  /** Number of the tail. */
  readonly tail: Column
  /** Which of the characters 0x20..0x7f are in it: three words each. */
  readonly ascii: Column
  /** Characters beyond ASCII: wide[wideFrom[i] .. wideFrom[i + 1]). */
  readonly wideFrom: Column
  readonly wide: Column
}

export class StringTokens {
  readonly #sets = new Map<string, SetTokens>()
  constructor(
    readonly size: number,
    /** Ids are the numbers of the tails. */
    readonly tails: Trie,
    readonly tailCount: number,
    /** Most characters that a tail adds to the string that it is in. */
    readonly tailReach: number,
    readonly heads: Heads<Int32Array>,
    /** Indexes of `heads`, shortest first. */
    readonly order: Int32Array,
  ) {}

  /** The set's tokens where they are known. */
  known(set: CharSet): SetTokens | undefined {
    return this.#sets.get(set.ranges.join())
  }

  *of(set: CharSet): Steps<SetTokens> {
    const key = set.ranges.join()
    let tokens = this.#sets.get(key)
    if (tokens === undefined) {
      tokens = yield* this.#choose(set)
      for (const oldest of this.#sets.keys()) if (this.#sets.size >= MAX_SETS) this.#sets.delete(oldest)
      this.#sets.set(key, tokens)
    }
    return tokens
  }

  *#choose(set: CharSet): Steps<SetTokens> {
    const { heads, order, size } = this
    const within = membership(set, heads)
    const whole = new Column(order.length)
    const tailed = new Column(order.length)
    for (let from = 0; from < order.length; from += PART) {
      sift(heads, order.subarray(from, from + PART), within, whole, tailed)
      yield
    }
    const ids = at(heads.id, whole.items())
    return {
      ids,
      bits: bitsOf(ids, size),
      upTo: whole.upTo(),
      tailedIds: at(heads.id, tailed.items()),
      tails: at(heads.tail, tailed.items()),
      tailedUpTo: tailed.upTo(),
    }
  }
}

/** Indexes of heads, shortest first. */
class Column {
  readonly #items: Int32Array
  readonly #upTo: number[] = []
  #count = 0

  constructor(most: number) {
    this.#items = new Int32Array(most)
  }

  add(i: number, length: number): void {
    // Lengths between those of two heads have as many as the shorter one.
    while (this.#upTo.length < length) this.#upTo.push(this.#count)
    this.#items[this.#count++] = i
  }

  items(): Int32Array {
    return this.#items.subarray(0, this.#count)
  }

  upTo(): Int32Array {
    return Int32Array.from([...this.#upTo, this.#count])
  }
}

/** A function of its own: loops in generators stay slow for long. */
function sift(
  { tail, length }: Heads<Int32Array>,
  order: Int32Array,
  within: (i: number) => boolean,
  whole: Column,
  tailed: Column,
): void {
  for (let k = 0; k < order.length; k++) {
    const i = order[k]
    if (within(i)) (tail[i] === NO_TAIL ? whole : tailed).add(i, length[i])
  }
}

function at(column: Int32Array, indexes: Int32Array): Int32Array {
  const values = new Int32Array(indexes.length)
  for (let k = 0; k < indexes.length; k++) values[k] = column[indexes[k]]
  return values
}

function bitsOf(ids: Int32Array, size: number): Uint32Array {
  const bits = new Uint32Array((size + 31) >> 5)
  for (let k = 0; k < ids.length; k++) bits[ids[k] >> 5] |= 1 << (ids[k] & 31)
  return bits
}

/** Bytes that a set's tokens take. */
export function bytesOf(tokens: SetTokens): number {
  return Object.values(tokens).reduce((sum, column: Int32Array | Uint32Array) => sum + column.byteLength, 0)
}

/** Whether all characters of head i are in the set. */
function membership(set: CharSet, { ascii, wideFrom, wide }: Heads<Int32Array>): (i: number) => boolean {
  if (set.all) return () => true
  const missing = [0, 0, 0]
  for (let c = 0x20; c < 0x80; c++) if (!set.has(c)) missing[(c >> 5) - 1] |= 1 << (c & 31)
  return (i) => {
    if ((ascii[3 * i] & missing[0]) | (ascii[3 * i + 1] & missing[1]) | (ascii[3 * i + 2] & missing[2])) return false
    for (let k = wideFrom[i]; k < wideFrom[i + 1]; k++) if (!set.has(wide[k])) return false
    return true
  }
}

/** A token without a tail fits into a string of any characters as it is. */
export function* stringTokens(entries: readonly Entry[], size: number): Steps<StringTokens> {
  const heads: Heads<number[]> = { id: [], length: [], tail: [], ascii: [], wideFrom: [0], wide: [] }
  const tails = new Map<string, number>()
  let reach = 0
  for (let from = 0; from < entries.length; from += PART) {
    for (const entry of entries.slice(from, from + PART)) reach = Math.max(reach, addEntry(entry, heads, tails))
    yield
  }
  const byLength: number[][] = []
  for (const [i, length] of heads.length.entries()) {
    byLength[length] ??= []
    byLength[length].push(i)
  }
  const order = Int32Array.from(byLength.flat())
  const trie = yield* trieOf([...tails].map(([key, id]) => ({ key, id })))
  const strings = new StringTokens(size, trie, tails.size, reach, columns(heads), order)
  // Nearly every schema has a string of any characters.
  yield* strings.of(anyCharacter)
  return strings
}

/** Gives how many characters its tail may add to the string that it is in, at most. */
function addEntry({ key, id }: Entry, heads: Heads<number[]>, tails: Map<string, number>): number {
  const cut = headOf(key)
  // Control characters never stand in a string.
  if (cut < key.length && key.charCodeAt(cut) < 0x20) return 0
  heads.id.push(id)
  addCharacters(key.slice(0, cut), heads)
  if (cut === key.length) {
    heads.tail.push(NO_TAIL)
    return 0
  }
  const tail = key.slice(cut)
  const number = tails.get(tail) ?? tails.size
  tails.set(tail, number)
  heads.tail.push(number)
  return tail.startsWith('"') ? 0 : tail.length
}

function columns(heads: Heads<number[]>): Heads<Int32Array> {
  return {
    id: Int32Array.from(heads.id),
    length: Int32Array.from(heads.length),
    tail: Int32Array.from(heads.tail),
    ascii: Int32Array.from(heads.ascii),
    wideFrom: Int32Array.from(heads.wideFrom),
    wide: Int32Array.from(heads.wide),
  }
}

function addCharacters(head: string, { length, ascii, wideFrom, wide }: Heads<number[]>): void {
  const seen = [0, 0, 0]
  let count = 0
  for (let i = 0; i < head.length; count++) {
    const c = head.charCodeAt(i)
    if (c < 0x80) {
      seen[(c >> 5) - 1] |= 1 << (c & 31)
      i++
    } else {
      wide.push(pointAt(head, i) as number)
      i += lengthOf(c)
    }
  }
  length.push(count)
  ascii.push(seen[0], seen[1], seen[2])
  wideFrom.push(wide.length)
}

/** Bytes before the first quote, backslash, control character or part of a character. */
export function headOf(key: string): number {
  for (let i = 0; i < key.length; ) {
    const c = key.charCodeAt(i)
    if (c < 0x20 || c === 0x22 || c === 0x5c) return i
    if (c >= 0x80 && pointAt(key, i) === undefined) return i
    i += lengthOf(c)
  }
  return key.length
}

/** Smallest character of so many bytes; less is overlong. */
const LEAST = [0, 0, 0x80, 0x800, 0x10000] as const

/** The character beyond ASCII whose UTF-8 begins at i, if it is whole and valid. */
function pointAt(key: string, i: number): number | undefined {
  const lead = key.charCodeAt(i)
  if (lead < 0xc2 || lead > 0xf4) return undefined
  const bytes = lengthOf(lead)
  let point = lead & (0xff >> (bytes + 1))
  for (let k = 1; k < bytes; k++) {
    // Beyond the end this is NaN, which counts as 0.
    const next = key.charCodeAt(i + k)
    if ((next & 0xc0) !== 0x80) return undefined
    point = (point << 6) | (next & 0x3f)
  }
  return point < LEAST[bytes] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? undefined : point
}
