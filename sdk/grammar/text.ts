/**
 * The inside of a JSON string, a byte at a time: UTF-8, escapes, lengths, and the characters allowed.
 * takes  a TextNode, where we are, the next byte · gives where we are then: a place, 'closed', or undefined (not allowed)
 * before ./node · after ./matcher
 */
import type { Alphabet } from './alphabet.js'
import type { TextNode } from './node.js'

/** A place inside a string. `need` and `left` count characters still required and still allowed. */
export interface TextPlace {
  readonly need: number
  readonly left: number
  readonly phase: 'plain' | 'utf8' | 'escape' | 'hex'
  /** Bits read of an unfinished character, and bytes or digits still to come. */
  readonly value: number
  readonly open: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Escape letter → character. */
const ESCAPES: Readonly<Record<number, number>> = {
  34: 34, 92: 92, 47: 47, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9,
} // biome-ignore format: a table
const LETTER_U = 0x75
/** Smallest code point of a UTF-8 character with so many bytes after the first; less is overlong. */
const LEAST = [0, 0x80, 0x800, 0x10000] as const

export function textStart(node: TextNode): TextPlace {
  return plain(node.min, node.max)
}

export function textKey(at: TextPlace): string {
  return at.phase === 'plain' ? `${at.need},${at.left}` : `${at.need},${at.left}${at.phase}${at.value},${at.open}`
}

export function textStep(
  node: TextNode,
  at: TextPlace,
  byte: number,
  alphabet: Alphabet,
): TextPlace | 'closed' | undefined {
  switch (at.phase) {
    case 'plain':
      return fromPlain(node, at, byte, alphabet)
    case 'utf8':
      return byte >= 0x80 && byte <= 0xbf
        ? inside(node, at, (at.value << 6) | (byte & 0x3f), at.open - 1, leastAfter(at))
        : undefined
    case 'escape': {
      if (byte === LETTER_U) return mayHex(node, alphabet) ? { ...at, phase: 'hex', value: 0, open: 4 } : undefined
      const point = ESCAPES[byte]
      return point !== undefined && node.set.has(point) ? plain(at.need - 1, at.left - 1) : undefined
    }
    case 'hex': {
      const digit = hexDigit(byte)
      if (digit === undefined) return undefined
      const value = at.value * 16 + digit
      const open = at.open - 1
      const room = 16 ** open
      if (!node.set.overlaps(value * room, value * room + room - 1)) return undefined
      return open === 0 ? plain(at.need - 1, at.left - 1) : { ...at, value, open }
    }
  }
}

/** Whether the string can always be closed, and filled up to its minLength, with this alphabet. */
export function textFits(node: TextNode, alphabet: Alphabet): boolean {
  if (node.min > node.max || !alphabet.hasByte(QUOTE)) return false
  if (node.min === 0) return true
  for (let b = 0x20; b < 0x80; b++) {
    if (b !== QUOTE && b !== BACKSLASH && node.set.has(b) && alphabet.hasByte(b)) return true
  }
  if (alphabet.complete ? node.set.overlaps(0x80, 0x10ffff) : alphabet.characters().some((c) => node.set.has(c)))
    return true
  return alphabet.hasByte(BACKSLASH) && mayEscape(node, alphabet)
}

function plain(need: number, left: number): TextPlace {
  return { need: Math.max(0, need), left, phase: 'plain', value: 0, open: 0 }
}

function fromPlain(node: TextNode, at: TextPlace, byte: number, alphabet: Alphabet): TextPlace | 'closed' | undefined {
  if (byte === QUOTE) return at.need === 0 ? 'closed' : undefined
  if (at.left === 0 || byte < 0x20) return undefined
  if (byte === BACKSLASH) return mayEscape(node, alphabet) ? { ...at, phase: 'escape' } : undefined
  if (byte < 0x80) return node.set.has(byte) ? plain(at.need - 1, at.left - 1) : undefined
  if (byte >= 0xc2 && byte <= 0xdf) return inside(node, at, byte & 0x1f, 1, LEAST[1])
  if (byte >= 0xe0 && byte <= 0xef) return inside(node, at, byte & 0x0f, 2, LEAST[2])
  if (byte >= 0xf0 && byte <= 0xf4) return inside(node, at, byte & 0x07, 3, LEAST[3])
  return undefined
}

/** `value` holds the bits so far of a character with `open` bytes to come; below `least` it would be overlong. */
function inside(node: TextNode, at: TextPlace, value: number, open: number, least: number): TextPlace | undefined {
  const room = 64 ** open
  const lo = Math.max(value * room, least)
  const hi = Math.min(value * room + room - 1, 0x10ffff)
  if (lo > hi || !node.set.overlaps(lo, hi)) return undefined
  return open === 0 ? plain(at.need - 1, at.left - 1) : { ...at, phase: 'utf8', value, open }
}

/** Only the first byte after the lead can show an overlong form; lead bits are fewer than 16 before three bytes. */
function leastAfter(at: TextPlace): number {
  return at.open === 3 ? LEAST[3] : at.open === 2 && at.value < 16 ? LEAST[2] : 0
}

function mayEscape(node: TextNode, alphabet: Alphabet): boolean {
  for (const letter of Object.keys(ESCAPES)) {
    if (alphabet.hasByte(Number(letter)) && node.set.has(ESCAPES[Number(letter)])) return true
  }
  return mayHex(node, alphabet)
}

/** \uXXXX needs all sixteen digits, so that it can be finished whatever it stands for. */
function mayHex(node: TextNode, alphabet: Alphabet): boolean {
  if (!alphabet.hasByte(LETTER_U) || !node.set.overlaps(0, 0xffff)) return false
  return [...'0123456789abcdef'].every((c) => alphabet.hasByte(c.charCodeAt(0)))
}

function hexDigit(byte: number): number | undefined {
  const digit = Number.parseInt(String.fromCharCode(byte), 16)
  return Number.isNaN(digit) ? undefined : digit
}
