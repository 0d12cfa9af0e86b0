/**
 * Integers of 8, 4 and 5 bits, 32 to a block, with a half-precision scale d, and in the _1 formats a minimum m as well.
 * Low nibbles are weights 0 … 15, high nibbles 16 … 31; the fifth bits of Q5 lie in one 32-bit word, weight j at bit j.
 */
import { blocked, half, perBlock } from './blocked.js'

export const Q8_0 = blocked({
  name: 'Q8_0',
  block: 32,
  blockBytes: 34,
  gguf: 8,
  uniform: perBlock({ bits: 8, lowest: -128 }, 32, 0),
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at)
    for (let j = 0; j < 32; j++) out[o + j] = d * ((bytes[at + 2 + j] << 24) >> 24)
  },
})

/** Code 8 is zero. */
export const Q4_0 = blocked({
  name: 'Q4_0',
  block: 32,
  blockBytes: 18,
  gguf: 2,
  uniform: perBlock({ bits: 4, lowest: -8 }, 32, 0),
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at)
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 2 + j]
      out[o + j] = d * ((q & 15) - 8)
      out[o + j + 16] = d * ((q >> 4) - 8)
    }
  },
})

export const Q4_1 = blocked({
  name: 'Q4_1',
  block: 32,
  blockBytes: 20,
  gguf: 3,
  uniform: perBlock({ bits: 4, lowest: 0 }, 32, 0, 2),
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at)
    const m = half(bytes, at + 2)
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 4 + j]
      out[o + j] = d * (q & 15) + m
      out[o + j + 16] = d * (q >> 4) + m
    }
  },
})

/** Code 16 is zero. */
export const Q5_0 = blocked({
  name: 'Q5_0',
  block: 32,
  blockBytes: 22,
  gguf: 6,
  uniform: perBlock({ bits: 5, lowest: -16 }, 32, 0),
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at)
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 6 + j]
      out[o + j] = d * ((q & 15) + fifthBit(bytes, at + 2, j) - 16)
      out[o + j + 16] = d * ((q >> 4) + fifthBit(bytes, at + 2, j + 16) - 16)
    }
  },
})

export const Q5_1 = blocked({
  name: 'Q5_1',
  block: 32,
  blockBytes: 24,
  gguf: 7,
  uniform: perBlock({ bits: 5, lowest: 0 }, 32, 0, 2),
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at)
    const m = half(bytes, at + 2)
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 8 + j]
      out[o + j] = d * ((q & 15) + fifthBit(bytes, at + 4, j)) + m
      out[o + j + 16] = d * ((q >> 4) + fifthBit(bytes, at + 4, j + 16)) + m
    }
  },
})

/** 16 where the fifth bit of weight j is set. */
function fifthBit(bytes: Uint8Array, at: number, j: number): number {
  return ((bytes[at + (j >> 3)] >> (j & 7)) & 1) << 4
}
