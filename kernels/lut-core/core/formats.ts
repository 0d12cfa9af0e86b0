/**
 * Number formats of activations as data: codes and the values they stand for. Integers are two's complement without their
 * lowest code, so that a table and its mirror image have the same range; FP8 is OCP's E4M3 and E5M2 (Open Compute Project,
 * 8-bit Floating Point Specification 1.0); f16 is IEEE half.
 * after  ./activations, ./activation-lines
 */
import { f16ToF32, f32ToF16 } from '../../../hal/half.js'
import type { Activation } from '../config.js'

export interface Format {
  /** Bytes of a code in memory. */
  readonly bytes: number
  /** What a token's largest activation becomes; see ./activations. */
  readonly top: number
  /** Whether a token's scale is a power of two. */
  readonly binaryScale: boolean
  /**
   * The code of the nearest value, ties to even; beyond the largest value the largest (f16: infinity, as IEEE has it).
   * NaN is NaN, or 0 where there is none.
   */
  encode(value: number): number
  decode(code: number): number
}

/**
 * The largest halves and E5M2 that tables take: six of them still sum up to a half, which ends at 65504. Below them 26 and
 * 28 powers of two are normal numbers, more than activations have.
 */
export const formats: Readonly<Record<Activation, Format>> = {
  i8: integer(8),
  i16: integer(16),
  e4m3: { ...fp8(3, -6, 0x7e, 0x7f), top: 448, binaryScale: false },
  e5m2: { ...fp8(2, -14, 0x7b, 0x7f), top: 7168, binaryScale: false },
  f16: { bytes: 2, top: 8192, binaryScale: true, encode: f32ToF16, decode: f16ToF32 },
}

/** Adding and taking away 1.5 · 2^52 leaves the nearest integer, ties to even. */
const magic = 6755399441055744

function integer(bits: 8 | 16): Format {
  const top = 2 ** (bits - 1) - 1
  const mask = 2 ** bits - 1
  const unused = 32 - bits
  return {
    bytes: bits / 8,
    top,
    binaryScale: false,
    encode: (value) => Math.min(Math.max(value + magic - magic, -top), top) & mask,
    decode: (code) => (code << unused) >> unused,
  }
}

/** A sign, an exponent whose lowest normal is 2^lowest, and `fraction` bits. `most` is the code of the largest value. */
function fp8(fraction: number, lowest: number, most: number, nan: number): Omit<Format, 'top' | 'binaryScale'> {
  const ones = 2 ** fraction
  const size = (code: number): number => {
    const exponent = code >> fraction
    if (exponent === 0) return code * 2 ** (lowest - fraction)
    return (ones + (code & (ones - 1))) * 2 ** (exponent - 1 + lowest - fraction)
  }
  const decode = (code: number): number => {
    const rest = code & 0x7f
    const sign = code & 0x80 ? -1 : 1
    if (rest <= most) return sign * size(rest)
    // E5M2 has infinities and three NaN, E4M3 one NaN.
    return rest === most + 1 && rest !== nan ? sign * Number.POSITIVE_INFINITY : Number.NaN
  }
  const encode = (value: number): number => {
    if (Number.isNaN(value)) return nan
    const sign = value < 0 || Object.is(value, -0) ? 0x80 : 0
    const least = Math.abs(value)
    if (least >= size(most)) return sign | most
    // Counted in units of the last place. A count that rounds up to the next power of two carries into the exponent.
    const exponent = least === 0 ? lowest : Math.max(Math.floor(Math.log2(least)), lowest)
    const count = least * 2 ** (fraction - exponent) + magic - magic
    return sign | (count + (exponent - lowest) * ones)
  }
  return { bytes: 1, encode, decode }
}
