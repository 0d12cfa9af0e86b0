/** Formats whose four-bit codes look their values up in a table of sixteen: IQ4_NL, IQ4_XS, and the FP4 pair. */
import { f16ToF32 } from '../half.js'
import { blocked, u16 } from './blocked.js'

const NL = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
/** E2M1 doubled, so that every entry is whole; the scales are halved for it. */
const E2M1 = [0, 1, 2, 3, 4, 6, 8, 12, -0, -1, -2, -3, -4, -6, -8, -12]

export const IQ4_NL = blocked({
  name: 'IQ4_NL',
  block: 32,
  blockBytes: 18,
  gguf: 20,
  decodeBlock(bytes, at, out, o) {
    nibbles(NL, f16ToF32(u16(bytes, at)), bytes, at + 2, 16, out, o)
  },
})

/** 8 sub-blocks of 32 with six-bit scales, offset by 32: four low bits in nibbles, two high ones in a word. */
export const IQ4_XS = blocked({
  name: 'IQ4_XS',
  block: 256,
  blockBytes: 136,
  gguf: 23,
  decodeBlock(bytes, at, out, o) {
    const d = f16ToF32(u16(bytes, at))
    for (let sub = 0; sub < 8; sub++) {
      const low = (bytes[at + 4 + (sub >> 1)] >> (4 * (sub & 1))) & 15
      const high = (u16(bytes, at + 2) >> (2 * sub)) & 3
      nibbles(NL, d * ((low | (high << 4)) - 32), bytes, at + 8 + 16 * sub, 16, out, o + 32 * sub)
    }
  },
})

/** One power of two (E8M0) per 32 weights. */
export const MXFP4 = blocked({
  name: 'MXFP4',
  block: 32,
  blockBytes: 17,
  gguf: 39,
  decodeBlock(bytes, at, out, o) {
    nibbles(E2M1, 2 ** (bytes[at] - 128), bytes, at + 1, 16, out, o)
  },
})

/** Four scales (unsigned E4M3), each for 16 weights. */
export const NVFP4 = blocked({
  name: 'NVFP4',
  block: 64,
  blockBytes: 36,
  gguf: 40,
  decodeBlock(bytes, at, out, o) {
    for (let sub = 0; sub < 4; sub++)
      nibbles(E2M1, e4m3(bytes[at + sub]) / 2, bytes, at + 4 + 8 * sub, 8, out, o + 16 * sub)
  },
})

/** `n` bytes: low nibbles are the first n weights, high nibbles the next n. */
function nibbles(
  table: readonly number[],
  scale: number,
  bytes: Uint8Array,
  at: number,
  n: number,
  out: Float32Array,
  o: number,
): void {
  for (let j = 0; j < n; j++) {
    out[o + j] = scale * table[bytes[at + j] & 15]
    out[o + j + n] = scale * table[bytes[at + j] >> 4]
  }
}

/** Four exponent bits (bias 7), three fraction bits; not-a-number (0x7f) counts as zero. */
function e4m3(code: number): number {
  const exponent = (code >> 3) & 15
  const fraction = code & 7
  if ((code & 0x7f) === 0x7f) return 0
  return exponent === 0 ? fraction * 2 ** -9 : (8 + fraction) * 2 ** (exponent - 10)
}
