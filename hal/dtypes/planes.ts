/**
 * Lutra's own formats of one to four bits with a scale d and a minimum m per 128 weights: what group-quantized models
 * (GPTQ, AWQ) become. Bit b of weight j is bit j & 7 of byte 16 b + (j >> 3); then d and m in half precision.
 */
import { blocked, half, perBlock } from './blocked.js'

const planes = (bits: number) =>
  blocked({
    name: `LU${bits}`,
    block: 128,
    blockBytes: 16 * bits + 4,
    uniform: perBlock({ bits, lowest: 0 }, 128, 16 * bits, 16 * bits + 2),
    decodeBlock(bytes, at, out, o) {
      const d = half(bytes, at + 16 * bits)
      const m = half(bytes, at + 16 * bits + 2)
      for (let j = 0; j < 128; j++) {
        let code = 0
        for (let b = 0; b < bits; b++) code |= ((bytes[at + 16 * b + (j >> 3)] >> (j & 7)) & 1) << b
        out[o + j] = d * code + m
      }
    },
  })

export const LU1 = planes(1)
export const LU2 = planes(2)
export const LU3 = planes(3)
export const LU4 = planes(4)
