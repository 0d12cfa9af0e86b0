/** Formats whose four-bit codes look their values up in a table of sixteen: IQ4_NL, IQ4_XS, and the FP4 pair. */
import { blocked, half, halfOne, perBlock, setU16, u16 } from './blocked.js'

const NL = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
/** E2M1 doubled, so that every entry is whole; the scales are halved for it. */
const E2M1 = [0, 1, 2, 3, 4, 6, 8, 12, -0, -1, -2, -3, -4, -6, -8, -12]

/** What the tables hold, as whole numbers of the fewest bits. */
const eightBits = { bits: 8, lowest: -128, alphabet: NL }
const fp4 = { bits: 5, lowest: -16, alphabet: [...new Set(E2M1.map((value) => value + 0))].sort((a, b) => a - b) }

export const IQ4_NL = blocked({
  name: 'IQ4_NL',
  block: 32,
  blockBytes: 18,
  gguf: 20,
  uniform: perBlock(eightBits, 32, 0),
  decodeBlock(bytes, at, out, o) {
    nibbles(NL, half(bytes, at), bytes, at + 2, 16, out, o)
  },
})

/** 8 sub-blocks of 32 with six-bit scales, offset by 32: four low bits in nibbles, two high ones in a word. */
export const IQ4_XS = blocked({
  name: 'IQ4_XS',
  block: 256,
  blockBytes: 136,
  gguf: 23,
  uniform: {
    ...eightBits,
    segment: 32,
    scale: xsScale,
    strip(bytes, at) {
      setU16(bytes, at, halfOne)
      setU16(bytes, at + 2, 0xaaaa) // 33 in each: 1 below, 2 above
      bytes.fill(0x11, at + 4, at + 8)
    },
  },
  decodeBlock(bytes, at, out, o) {
    for (let sub = 0; sub < 8; sub++) {
      nibbles(NL, xsScale(bytes, at, sub), bytes, at + 8 + 16 * sub, 16, out, o + 32 * sub)
    }
  },
})

/** One power of two (E8M0) per 32 weights. */
export const MXFP4 = blocked({
  name: 'MXFP4',
  block: 32,
  blockBytes: 17,
  gguf: 39,
  uniform: {
    ...fp4,
    segment: 32,
    scale: mxScale,
    strip(bytes, at) {
      bytes[at] = 128
    },
  },
  decodeBlock(bytes, at, out, o) {
    nibbles(E2M1, mxScale(bytes, at), bytes, at + 1, 16, out, o)
  },
})

/** Four scales (unsigned E4M3), each for 16 weights. */
export const NVFP4 = blocked({
  name: 'NVFP4',
  block: 64,
  blockBytes: 36,
  gguf: 40,
  uniform: {
    ...fp4,
    segment: 16,
    scale: nvScale,
    strip: (bytes, at) => bytes.fill(0x40, at, at + 4), // two, halved
  },
  decodeBlock(bytes, at, out, o) {
    for (let sub = 0; sub < 4; sub++)
      nibbles(E2M1, nvScale(bytes, at, sub), bytes, at + 4 + 8 * sub, 8, out, o + 16 * sub)
  },
})

function xsScale(bytes: Uint8Array, at: number, sub: number): number {
  const low = (bytes[at + 4 + (sub >> 1)] >> (4 * (sub & 1))) & 15
  const high = (u16(bytes, at + 2) >> (2 * sub)) & 3
  return half(bytes, at) * ((low | (high << 4)) - 32)
}

function mxScale(bytes: Uint8Array, at: number): number {
  return 2 ** (bytes[at] - 128)
}

function nvScale(bytes: Uint8Array, at: number, sub: number): number {
  return e4m3(bytes[at + sub]) / 2
}

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
