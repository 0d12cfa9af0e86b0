/**
 * Scales in half precision as they lie in a block, and the rounding that reference quantizers share.
 * Beyond ±65504 a scale saturates (ggml writes infinity there, and zero codes then decode to NaN).
 */
import { f16ToF32, f32ToF16 } from '../../../../hal/half.js'

export const largestHalf = 65504

/** Writes `value` as a half at any byte and gives what a reader finds there; not-a-number becomes 0. */
export function putHalf(bytes: Uint8Array, at: number, value: number): number {
  const word = halfWord(value)
  bytes[at] = word & 255
  bytes[at + 1] = word >> 8
  return f16ToF32(word)
}

/** The nearest that a half can hold. */
export function roundHalf(value: number): number {
  return f16ToF32(halfWord(value))
}

function halfWord(value: number): number {
  if (value > largestHalf) return 0x7bff
  if (value < -largestHalf) return 0xfbff
  return Number.isNaN(value) ? 0 : f32ToF16(value)
}

const float = new Float32Array(1)
const bits = new Int32Array(float.buffer)

/**
 * ggml's rounding to the nearest whole number, ties to even: adds 1.5 · 2^23 in float32 and reads the fraction bits. Beyond
 * ±2^22 these bits are of no meaning, but they decide the reference's bytes, so they are the same here.
 */
export function nearest(value: number): number {
  const sum = Math.fround(value + 12582912)
  if (sum >= 8388608 && sum < 16777216) return sum - 12582912
  float[0] = sum
  return (bits[0] & 0x7fffff) - 0x400000
}

/** C's roundf: halves away from zero. */
export function roundAway(value: number): number {
  return value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5)
}
