/**
 * Reads blocks whose bits a description places: a layout's `map`, run.
 * takes  FieldStorage · gives  a reader of codes, scales and minima
 * before ./evaluate · after ./elements, ./define
 */
import { evaluate } from './evaluate.js'
import type { Real } from './expression.js'
import type { FieldStorage, Metadata, TType } from './ttype.js'

export interface FieldReader {
  /** Codes of a block, one for each element, or for `lanes` of them. */
  readonly codes: number
  /** Groups of a block. */
  readonly groups: number
  /** Writes the codes of the block at byte `at` to out[o …]. */
  readCodes(bytes: Uint8Array, at: number, out: Codes, o: number): void
  /** 1 where the type has no scales, 0 where it has no minima. */
  scale(bytes: Uint8Array, at: number, group: number): number
  minimum(bytes: Uint8Array, at: number, group: number): number
}

export type Codes = Uint8Array | Uint16Array | Uint32Array

export function fieldReader({ bits, lanes }: TType, storage: FieldStorage): FieldReader {
  const { block, codes: places, digits, scale = [], minimum = [] } = storage
  const codes = block / lanes
  const [words, readWords] = reader(places, digits?.bits ?? bits)
  const word = new Uint32Array(words)
  const scales = scale.map(metadata)
  const minima = minimum.map(metadata)
  return {
    codes,
    groups: Math.max(scale.length, minimum.length, 1),
    readCodes(bytes, at, out, o) {
      if (!digits) return readWords(bytes, at, out, o)
      readWords(bytes, at, word, 0)
      const { base, count } = digits
      for (let w = 0, c = 0; w < words; w++)
        for (let rest = word[w], i = 0; i < count && c < codes; i++, c++, rest = Math.floor(rest / base))
          out[o + c] = rest % base
    },
    scale: (bytes, at, group) => (scales.length > 0 ? scales[group](bytes, at) : 1),
    minimum: (bytes, at, group) => (minima.length > 0 ? minima[group](bytes, at) : 0),
  }
}

type Read = (bytes: Uint8Array, at: number, out: Codes, o: number) => void

/** Bits that lie side by side in a byte are read together. */
function reader(places: readonly number[], bits: number): [words: number, Read] {
  const words = places.length / bits
  const [to, byte, right, mask, left]: number[][] = [[], [], [], [], []]
  for (let p = 0, run = 1; p < places.length; p += run) {
    const [place, bit] = [places[p], p % bits]
    for (run = 1; bit + run < bits && (place & 7) + run < 8 && places[p + run] === place + run; ) run++
    to.push(Math.floor(p / bits))
    byte.push(place >> 3)
    right.push(place & 7)
    mask.push(2 ** run - 1)
    left.push(bit)
  }
  const [to_, byte_, right_, mask_, left_] = [to, byte, right, mask, left].map((list) => Int32Array.from(list))
  return [
    words,
    (bytes, at, out, o) => {
      out.fill(0, o, o + words)
      for (let p = 0; p < to_.length; p++)
        out[o + to_[p]] |= ((bytes[at + byte_[p]] >> right_[p]) & mask_[p]) << left_[p]
    },
  ]
}

function metadata({ at: place, bits, decode, times }: Metadata): (bytes: Uint8Array, at: number) => number {
  const value = decoder(decode, bits)
  const other = times && metadata(times)
  return (bytes, at) => {
    const own = value(field(bytes, 8 * at + place, bits))
    return other ? Math.fround(own * other(bytes, at)) : own
  }
}

/** `bits` bits from bit `place` on. */
function field(bytes: Uint8Array, place: number, bits: number): number {
  let value = 0
  for (let b = 0; b < bits; ) {
    const [byte, shift] = [(place + b) >> 3, (place + b) & 7]
    const run = Math.min(8 - shift, bits - b)
    value |= ((bytes[byte] >> shift) & (2 ** run - 1)) << b
    b += run
  }
  return value >>> 0
}

const decoders = new WeakMap<Real, Map<number, Float32Array>>()

/** Of few bits all values are worked out once; expressions are walked slowly. */
function decoder(decode: Real, bits: number): (code: number) => number {
  if (bits > 16) return (code) => evaluate(decode, code)
  const known = decoders.get(decode) ?? new Map<number, Float32Array>()
  decoders.set(decode, known)
  const values = known.get(bits) ?? Float32Array.from({ length: 2 ** bits }, (_, code) => evaluate(decode, code))
  known.set(bits, values)
  return (code) => values[code]
}
