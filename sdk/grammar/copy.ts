/**
 * Words that may be copied from the prompt into a JSON string: whole words, in order, as they stand.
 * takes  the prompt, an alphabet, a CopyNode · gives which characters may begin, follow and end a copy
 * before ./node · after ./matcher
 */

import { LutraError } from '../../hal/error.js'
import { utf8Bytes } from '../../hal/text.js'
import { type Alphabet, lengthOf } from './alphabet.js'
import type { CopyNode } from './node.js'

/** Longest prompt to copy from, in characters: each word is a way to try. */
const MAX_PROMPT = 16_384

const WORD = /[\p{L}\p{N}\p{M}'’]/u
const SPACE = /\s/u
const LONE_SURROGATE = /\p{Surrogate}/u

/** A place inside a copied string: which word it began with, the next character, and the bytes of it already read. */
export interface CopyPlace {
  readonly begin: number
  readonly next: number
  /** Index into the spellings of that character, once its first byte is read. */
  readonly spelling: number
  readonly offset: number
  /** Bytes of the lead still to come. */
  readonly lead: number
}

export class Copy {
  /** Per character its spellings in JSON: as it stands, and in lower case; none where no token can spell it. */
  readonly #spellings: readonly (readonly Uint8Array[])[]
  readonly #begins: readonly number[]
  /** Whether a copy may end before this character; the last such place at or before it, -1 for none. */
  readonly #ends: readonly boolean[]
  readonly #lastEnd: Int32Array
  /** The first character at or after this one that no token can spell, or the prompt's end. */
  readonly #nextGap: Int32Array

  readonly #startsOf = new Map<CopyNode, readonly CopyPlace[]>()
  /** Places after the first byte, by that byte. */
  readonly #begun = new Map<CopyNode, readonly CopyPlace[][]>()

  constructor(
    prompt: string,
    readonly alphabet: Alphabet,
  ) {
    const characters = [...prompt]
    if (characters.length > MAX_PROMPT) {
      throw new LutraError(
        'limit',
        `Expected at most ${MAX_PROMPT} characters to copy from but found ${characters.length}; shorten the prompt`,
      )
    }
    this.#spellings = characters.map((c) => spell(c, alphabet))
    const word = characters.map((c) => WORD.test(c))
    const space = characters.map((c) => SPACE.test(c))
    const border = (i: number) => i === 0 || i === characters.length || !(word[i - 1] && word[i])
    this.#begins = characters.flatMap((_, i) => (border(i) && !space[i] ? [i] : []))
    this.#ends = [false, ...characters.map((_, i) => border(i + 1) && !space[i])]
    this.#lastEnd = new Int32Array(this.#ends.length).fill(-1)
    for (let i = 1; i < this.#ends.length; i++) this.#lastEnd[i] = this.#ends[i] ? i : this.#lastEnd[i - 1]
    this.#nextGap = new Int32Array(this.#ends.length).fill(characters.length)
    for (let i = characters.length - 1; i >= 0; i--) {
      this.#nextGap[i] = this.#spellings[i].length === 0 ? i : this.#nextGap[i + 1]
    }
  }

  /** Whether any words can be copied. */
  fits(node: CopyNode): boolean {
    return this.#starts(node).length > 0
  }

  /** The first byte, of the lead or of any word that leads to an allowed end. */
  begin(node: CopyNode, byte: number): readonly CopyPlace[] {
    let begun = this.#begun.get(node)
    if (begun === undefined) {
      begun = Array.from({ length: 256 }, () => [])
      const lead = leadOf(node)
      for (const at of this.#starts(node)) {
        const firsts = lead.length > 0 ? [lead[0]] : (this.#spellings[at.next] ?? []).map((bytes) => bytes[0])
        for (const first of new Set(firsts)) {
          const places = this.step(node, at, first)
          if (places !== 'closed') begun[first].push(...places)
        }
      }
      this.#begun.set(node, begun)
    }
    return begun[byte]
  }

  step(node: CopyNode, at: CopyPlace, byte: number): readonly CopyPlace[] | 'closed' {
    if (at.lead > 0) {
      const lead = leadOf(node)
      return lead[lead.length - at.lead] === byte ? [{ ...at, lead: at.lead - 1 }] : NONE
    }
    const spellings = this.#spellings[at.next] ?? []
    if (at.offset > 0)
      return this.#reads(node, at, spellings[at.spelling], byte) ? [past(at, spellings, at.spelling)] : NONE
    if (byte === QUOTE && this.#endsAt(node, at.begin, at.next)) return 'closed'
    let places: CopyPlace[] | undefined
    for (let i = 0; i < spellings.length; i++) {
      if (!this.#reads(node, at, spellings[i], byte)) continue
      places ??= []
      places.push(past(at, spellings, i))
    }
    return places ?? NONE
  }

  #starts(node: CopyNode): readonly CopyPlace[] {
    let starts = this.#startsOf.get(node)
    if (starts === undefined) {
      const lead = leadOf(node)
      const spelled = this.alphabet.hasByte(QUOTE) && this.alphabet.spells(lead)
      const begins = spelled ? this.#begins.filter((begin) => this.#endIn(node, begin, begin)) : []
      starts = begins.map((begin) => ({ begin, next: begin, spelling: 0, offset: 0, lead: lead.length }))
      this.#startsOf.set(node, starts)
    }
    return starts
  }

  /** Before a character's first byte already: what is begun must be able to end. */
  #reads(node: CopyNode, at: CopyPlace, bytes: Uint8Array, byte: number): boolean {
    return bytes[at.offset] === byte && this.#endIn(node, at.begin, at.next + 1)
  }

  #endsAt(node: CopyNode, begin: number, end: number): boolean {
    const length = node.lead.length + end - begin
    return end > begin && this.#ends[end] && length >= node.min && length <= node.max
  }

  /** Whether an allowed end lies at or after `from`, with nothing unspellable in between. */
  #endIn(node: CopyNode, begin: number, from: number): boolean {
    const furthest = Math.min(begin + node.max - node.lead.length, this.#nextGap[begin])
    // The last end is the longest: where it is too short or too early, all are.
    return furthest >= from && this.#lastEnd[furthest] >= from && this.#endsAt(node, begin, this.#lastEnd[furthest])
  }
}

const NONE: readonly CopyPlace[] = []

/** The place after one more byte of that spelling. */
function past({ begin, next, offset, lead }: CopyPlace, spellings: readonly Uint8Array[], spelling: number): CopyPlace {
  return offset + 1 < spellings[spelling].length
    ? { begin, next, spelling, offset: offset + 1, lead }
    : { begin, next: next + 1, spelling: 0, offset: 0, lead }
}

function leadOf(node: CopyNode): Uint8Array {
  return utf8Bytes(JSON.stringify(node.lead).slice(1, -1))
}

export function copyKey(at: CopyPlace): string {
  return `${at.begin},${at.next},${at.spelling},${at.offset},${at.lead}`
}

const QUOTE = 0x22

function spell(character: string, alphabet: Alphabet): Uint8Array[] {
  if (LONE_SURROGATE.test(character)) return []
  const lower = character.toLowerCase()
  // A character that grows in lower case (İ) would break the count.
  const forms = lower === character || [...lower].length > 1 ? [character] : [character, lower]
  return forms
    .map((form) => utf8Bytes(JSON.stringify(form).slice(1, -1)))
    .filter((bytes) => alphabet.spells(bytes) && bytes.length >= lengthOf(bytes[0]))
}
