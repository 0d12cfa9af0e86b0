/**
 * Lutra's own formats of 2, 3, 4 and 8 bits with a scale d and a whole zero point z for each 128 or 32 weights: what
 * group-quantized models (GPTQ, AWQ) become where no format of GGUF says the same exactly. A block: d in half precision,
 * z as u16 (0 … 256), then the codes as one stream of bits, lowest first: weight i has bits [b i, b i + b).
 * A weight is d · (code - z).
 */
import { blocked, half, perBlock, setU16, u16 } from './blocked.js'

const zeroPoint = (bits: number, block: 128 | 32) => {
  const mask = 2 ** bits - 1
  const middle = bits === 8 ? 128 : 0 // values are signed bytes
  const codes = perBlock({ bits, lowest: -middle }, block, 0)
  return blocked({
    name: block === 128 ? `LZ${bits}` : `LZ${bits}_${block}`,
    block,
    blockBytes: 4 + (block * bits) / 8,
    uniform: {
      ...codes,
      offset: middle,
      minimum: (bytes, at) => half(bytes, at) * (middle - u16(bytes, at + 2)),
      strip(bytes, at) {
        codes.strip(bytes, at)
        setU16(bytes, at + 2, 0)
      },
    },
    decodeBlock(bytes, at, out, o) {
      const d = half(bytes, at)
      const z = u16(bytes, at + 2)
      // Eight codes fill `bits` whole bytes; at three bits that word of 24 holds codes that lie across bytes.
      for (let i = 0, p = at + 4; i < block; i += 8, p += bits) {
        for (let j = 0; j < 8; j++) {
          const first = bits * j
          const two = bytes[p + (first >> 3)] | (bytes[p + ((first + bits - 1) >> 3)] << 8)
          out[o + i + j] = d * (((two >> (first & 7)) & mask) - z)
        }
      }
    },
  })
}

export const LZ2 = zeroPoint(2, 128)
export const LZ3 = zeroPoint(3, 128)
export const LZ4 = zeroPoint(4, 128)
export const LZ8 = zeroPoint(8, 128)
export const LZ2_32 = zeroPoint(2, 32)
export const LZ3_32 = zeroPoint(3, 32)
export const LZ4_32 = zeroPoint(4, 32)
export const LZ8_32 = zeroPoint(8, 32)
