/** Integers with one half-precision scale per 32 weights: Q8_0 (d, 32 int8) and Q4_0 (d, 16 bytes of two nibbles). */
import { f16ToF32 } from '../half.js'
import { blocked } from './blocked.js'

export const Q8_0 = blocked({
  name: 'Q8_0',
  block: 32,
  blockBytes: 34,
  gguf: 8,
  decodeBlock(bytes, at, out, o) {
    const d = f16ToF32(bytes[at] | (bytes[at + 1] << 8))
    for (let j = 0; j < 32; j++) out[o + j] = d * ((bytes[at + 2 + j] << 24) >> 24)
  },
})

/** Low nibbles are weights 0 … 15, high nibbles 16 … 31; code 8 is zero. */
export const Q4_0 = blocked({
  name: 'Q4_0',
  block: 32,
  blockBytes: 18,
  gguf: 2,
  decodeBlock(bytes, at, out, o) {
    const d = f16ToF32(bytes[at] | (bytes[at + 1] << 8))
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 2 + j]
      out[o + j] = d * ((q & 15) - 8)
      out[o + j + 16] = d * ((q >> 4) - 8)
    }
  },
})
