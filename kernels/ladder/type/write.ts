/**
 * Puts codes and metadata in their places: ./fields backwards.
 * before ./ttype · after ./encode
 */
import type { FieldStorage } from './ttype.js'

/** `bits` bits from bit `place` on; what lay there goes. */
export function writeField(bytes: Uint8Array, place: number, bits: number, word: number): void {
  for (let b = 0; b < bits; b++) writeBit(bytes, place + b, (word >>> b) & 1)
}

/** All codes of a block. */
export function writeCodes(
  bytes: Uint8Array,
  { codes: places, digits }: FieldStorage,
  bits: number,
  codes: Uint32Array,
): void {
  const words = digits ? toWords(codes, digits.base, digits.count) : codes
  const width = digits?.bits ?? bits
  for (let p = 0; p < places.length; p++) writeBit(bytes, places[p], (words[Math.floor(p / width)] >>> (p % width)) & 1)
}

function toWords(codes: Uint32Array, base: number, count: number): Uint32Array {
  const words = new Uint32Array(Math.ceil(codes.length / count))
  for (let c = codes.length - 1; c >= 0; c--) {
    const w = Math.floor(c / count)
    words[w] = words[w] * base + codes[c]
  }
  return words
}

function writeBit(bytes: Uint8Array, place: number, bit: number): void {
  const mask = 1 << (place & 7)
  bytes[place >> 3] = bit ? bytes[place >> 3] | mask : bytes[place >> 3] & ~mask
}
