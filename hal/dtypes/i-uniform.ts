/**
 * How the i-quants come apart: a weight is a grid's whole number, in eighths for IQ1, times d · (1 + 2 s) / k, s being
 * three or four bits.
 * takes  where a format keeps d and s · gives  its Uniform
 * after ./i-quants
 */
import type { Uniform } from '../dtype.js'
import { f16ToF32, f32ToF16 } from '../half.js'
import { half, setU16, u16 } from './blocked.js'

/** The grids' magnitudes with either sign; IQ1's are eighths. */
export const gridValues = {
  iq2: { bits: 7, lowest: -64, alphabet: mirrored(8, 25, 43) },
  iq3xxs: { bits: 7, lowest: -64, alphabet: mirrored(4, 12, 20, 28, 36, 44, 52, 62) },
  iq3: { bits: 5, lowest: -15, alphabet: mirrored(1, 3, 5, 7, 9, 11, 13, 15) },
  iq1: { bits: 5, lowest: -9, alphabet: mirrored(1, 7, 9) },
}

/** IQ2_XXS and IQ3_XXS: s is the upper half of every `step`-th byte from `first`, for 32 weights each. */
export function upperNibbles(
  values: Pick<Uniform, 'bits' | 'lowest' | 'alphabet'>,
  first: number,
  step: number,
  k: number,
): Uniform {
  return {
    ...values,
    segment: 32,
    scale: (bytes, at, n) => (half(bytes, at) * (1 + 2 * (bytes[at + first + step * n] >> 4))) / k,
    strip(bytes, at) {
      setU16(bytes, at, f32ToF16(k))
      for (let n = 0; n < 8; n++) bytes[at + first + step * n] &= 15
    },
  }
}

/** IQ2_XS, IQ2_S and IQ3_S: four bits each, lowest first. */
export function nibbles(values: Pick<Uniform, 'bits' | 'lowest'>, segment: 16 | 32, first: number, k: number): Uniform {
  return {
    ...values,
    segment,
    scale: (bytes, at, n) => (half(bytes, at) * (1 + 2 * nibble(bytes, at + first, n))) / k,
    strip(bytes, at) {
      setU16(bytes, at, f32ToF16(k))
      bytes.fill(0, at + first, at + first + 128 / segment)
    },
  }
}

/** IQ1_S: bits 12 … 14 of a word, whose other bits stay. */
export const words: Uniform = {
  ...gridValues.iq1,
  segment: 32,
  scale: (bytes, at, n) => (half(bytes, at) * (1 + 2 * ((u16(bytes, at + 34 + 2 * n) >> 12) & 7))) / 8,
  strip(bytes, at) {
    setU16(bytes, at, f32ToF16(8))
    for (let n = 0; n < 8; n++) bytes[at + 35 + 2 * n] &= 0x8f
  },
}

/** IQ1_M: three bits for 16 weights, four of them in a word; the words' upper nibbles are d. */
export const spread: Uniform = {
  ...gridValues.iq1,
  segment: 16,
  scale: (bytes, at, n) =>
    (f16ToF32(spreadBits(bytes, at)) * (1 + 2 * ((u16(bytes, at + 48 + 2 * (n >> 2)) >> (3 * (n & 3))) & 7))) / 8,
  strip(bytes, at) {
    const d = f32ToF16(8)
    for (let n = 0; n < 4; n++) setU16(bytes, at + 48 + 2 * n, ((d >> (4 * n)) & 15) << 12)
  },
}

/** The d of an IQ1_M block as the bits of a half. */
export function spreadBits(bytes: Uint8Array, at: number): number {
  let bits = 0
  for (let n = 0; n < 4; n++) bits |= (u16(bytes, at + 48 + 2 * n) >> 12) << (4 * n)
  return bits
}

/** The n-th four bits from `at`, lowest first. */
export function nibble(bytes: Uint8Array, at: number, n: number): number {
  return (bytes[at + (n >> 1)] >> (4 * (n & 1))) & 15
}

function mirrored(...magnitudes: number[]): number[] {
  return [...magnitudes.map((value) => -value).reverse(), ...magnitudes]
}
