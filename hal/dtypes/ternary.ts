/**
 * The ternary formats: -1, 0, +1 as codes 0, 1, 2, times a scale per 256 weights (TQ) or per tensor (I2_S, LT2); and
 * their kin of one and two bits (Q1_0, Q2_0).
 * In the ternary ones code 3 is written by nobody; it decodes to +2, as in kernels that sum code · x and subtract the sum of x.
 */
import type { Uniform } from '../dtype.js'
import { blocked, half, halfOne, perBlock, setU16 } from './blocked.js'

const twoBits = { bits: 2, lowest: -1 }

/** The one scale in the tail of I2_S and LT2. */
const perTensor: Uniform = {
  ...twoBits,
  scale: float32,
  strip: (bytes, at) => new DataView(bytes.buffer, bytes.byteOffset).setFloat32(at, 1, true),
}

/**
 * Base-3 digits, five to a byte, stored as ceil(v · 256 / 243) so that a multiplication by 3 shifts the next digit out.
 * Bytes 0 … 31: weight m + 32 n; bytes 32 … 47: weight 160 + m + 16 n; bytes 48 … 51: weight 240 + m + 4 n; then d.
 */
export const TQ1_0 = blocked({
  name: 'TQ1_0',
  block: 256,
  blockBytes: 54,
  gguf: 34,
  uniform: perBlock(twoBits, 256, 52),
  ternary: true,
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at + 52)
    digits(bytes, at, 32, 5, out, o, d)
    digits(bytes, at + 32, 16, 5, out, o + 160, d)
    digits(bytes, at + 48, 4, 4, out, o + 240, d)
  },
})

/** Two halves of 32 bytes: bits 2l … 2l+1 of byte m hold weight 32 l + m of their half of 128; then d. */
export const TQ2_0 = blocked({
  name: 'TQ2_0',
  block: 256,
  blockBytes: 66,
  gguf: 35,
  uniform: perBlock(twoBits, 256, 64),
  ternary: true,
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at + 64)
    for (let half = 0; half < 2; half++)
      for (let l = 0; l < 4; l++)
        for (let m = 0; m < 32; m++)
          out[o + 128 * half + 32 * l + m] = d * (((bytes[at + 32 * half + m] >> (2 * l)) & 3) - 1)
  },
})

/** Two bits in natural order, lowest first, with a scale per 64. Not strictly ternary: code 3 is +2, and is written. */
export const Q2_0 = blocked({
  name: 'Q2_0',
  block: 64,
  blockBytes: 18,
  gguf: 42,
  uniform: perBlock(twoBits, 64, 0),
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at)
    for (let j = 0; j < 64; j++) out[o + j] = d * (((bytes[at + 2 + (j >> 2)] >> (2 * (j & 3))) & 3) - 1)
  },
})

/** One bit a weight, lowest first: +d or -d, with a scale per 128. */
export const Q1_0 = blocked({
  name: 'Q1_0',
  block: 128,
  blockBytes: 18,
  gguf: 41,
  // Values 0 and 1 for -d and +d: scale 2 d, minimum -d.
  uniform: {
    ...{ bits: 1, lowest: 0, segment: 128, offset: -0.5 },
    scale: (bytes, at) => 2 * half(bytes, at),
    minimum: (bytes, at) => -half(bytes, at),
    strip: (bytes, at) => setU16(bytes, at, halfOne - 0x400),
  },
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at)
    for (let j = 0; j < 128; j++) out[o + j] = (bytes[at + 2 + (j >> 3)] >> (j & 7)) & 1 ? d : -d
  },
})

/**
 * BitNet's I2_S in its canonical order (the published files, on every machine): byte p of 32 holds weights p, 32 + p,
 * 64 + p, 96 + p from its highest bits down. One float32 scale per tensor, in a tail of 32 bytes.
 */
export const I2_S = blocked({
  name: 'I2_S',
  block: 128,
  blockBytes: 32,
  tailBytes: 32,
  gguf: 36,
  ternary: true,
  tailScale: float32,
  uniform: perTensor,
  decodeBlock(bytes, at, out, o, scale) {
    for (let l = 0; l < 4; l++)
      for (let p = 0; p < 32; p++) out[o + 32 * l + p] = scale * (((bytes[at + p] >> (6 - 2 * l)) & 3) - 1)
  },
})

/** Lutra's own ternary pack: four weights a byte in their natural order, lowest bits first; a float32 scale at the end. */
export const LT2 = blocked({
  name: 'LT2',
  block: 4,
  blockBytes: 1,
  tailBytes: 4,
  ternary: true,
  tailScale: float32,
  uniform: perTensor,
  decodeBlock(bytes, at, out, o, scale) {
    const q = bytes[at]
    out[o] = scale * ((q & 3) - 1)
    out[o + 1] = scale * (((q >> 2) & 3) - 1)
    out[o + 2] = scale * (((q >> 4) & 3) - 1)
    out[o + 3] = scale * ((q >> 6) - 1)
  },
})

function digits(
  bytes: Uint8Array,
  at: number,
  width: number,
  perByte: number,
  out: Float32Array,
  o: number,
  d: number,
): void {
  for (let n = 0, power = 1; n < perByte; n++, power *= 3)
    for (let m = 0; m < width; m++) out[o + width * n + m] = d * (((((bytes[at + m] * power) & 255) * 3) >> 8) - 1)
}

function float32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat32(at, true)
}
