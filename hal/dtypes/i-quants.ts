/**
 * The i-quants of GGUF: 256 weights as points of a fixed grid, with signs and small scales apart. IQ2 and IQ1 take
 * eight weights a point, IQ3 four. Seven stored sign bits are eight signs: the number of minuses is even.
 */
import { f16ToF32 } from '../half.js'
import { blocked, u16 } from './blocked.js'
import { grid } from './grids.js'
import { gridValues, nibble, nibbles, spread, spreadBits, upperNibbles, words } from './i-uniform.js'

/** Per 32 weights: four indices, then a word of four times seven signs and a four-bit scale. */
export const IQ2_XXS = blocked({
  name: 'IQ2_XXS',
  block: 256,
  blockBytes: 66,
  gguf: 16,
  uniform: upperNibbles(gridValues.iq2, 9, 8, 8),
  decodeBlock(bytes, at, out, o) {
    const points = grid('IQ2_XXS')
    const d = f16ToF32(u16(bytes, at))
    for (let sub = 0; sub < 8; sub++) {
      const p = at + 2 + 8 * sub
      const word = u32(bytes, p + 4)
      const scale = (d * (0.5 + (word >>> 28))) / 4
      for (let l = 0; l < 4; l++)
        put(points, 8, bytes[p + l], scale, evenSigns(word >>> (7 * l)), out, o + 32 * sub + 8 * l)
    }
  },
})

/** A word for eight weights: nine bits of index, seven signs. A four-bit scale for 16 weights. */
export const IQ2_XS = blocked({
  name: 'IQ2_XS',
  block: 256,
  blockBytes: 74,
  gguf: 17,
  uniform: nibbles(gridValues.iq2, 16, 66, 8),
  decodeBlock(bytes, at, out, o) {
    const points = grid('IQ2_XS')
    const d = f16ToF32(u16(bytes, at))
    for (let group = 0; group < 32; group++) {
      const word = u16(bytes, at + 2 + 2 * group)
      const scale = (d * (0.5 + nibble(bytes, at + 66, group >> 1))) / 4
      put(points, 8, word & 511, scale, evenSigns(word >> 9), out, o + 8 * group)
    }
  },
})

/** Eight index bits, eight signs, two more index bits from qh. */
export const IQ2_S = blocked({
  name: 'IQ2_S',
  block: 256,
  blockBytes: 82,
  gguf: 22,
  uniform: nibbles(gridValues.iq2, 16, 74, 8),
  decodeBlock(bytes, at, out, o) {
    const points = grid('IQ2_S')
    const d = f16ToF32(u16(bytes, at))
    for (let group = 0; group < 32; group++) {
      const high = (bytes[at + 66 + (group >> 2)] >> (2 * (group & 3))) & 3
      const scale = (d * (0.5 + nibble(bytes, at + 74, group >> 1))) / 4
      put(points, 8, bytes[at + 2 + group] | (high << 8), scale, bytes[at + 34 + group], out, o + 8 * group)
    }
  },
})

/** 64 indices of four weights each, then per 32 weights a word of signs and scale as in IQ2_XXS. */
export const IQ3_XXS = blocked({
  name: 'IQ3_XXS',
  block: 256,
  blockBytes: 98,
  gguf: 18,
  uniform: upperNibbles(gridValues.iq3xxs, 69, 4, 4),
  decodeBlock(bytes, at, out, o) {
    const points = grid('IQ3_XXS')
    const d = f16ToF32(u16(bytes, at))
    for (let sub = 0; sub < 8; sub++) {
      const word = u32(bytes, at + 66 + 4 * sub)
      const scale = (d * (0.5 + (word >>> 28))) / 2
      for (let l = 0; l < 8; l++) {
        const signs = evenSigns(word >>> (7 * (l >> 1))) >> (4 * (l & 1))
        put(points, 4, bytes[at + 2 + 8 * sub + l], scale, signs, out, o + 32 * sub + 4 * l)
      }
    }
  },
})

/** Eight index bits and a ninth from qh, all signs, a four-bit scale for 32 weights. */
export const IQ3_S = blocked({
  name: 'IQ3_S',
  block: 256,
  blockBytes: 110,
  gguf: 21,
  uniform: nibbles(gridValues.iq3, 32, 106, 1),
  decodeBlock(bytes, at, out, o) {
    const points = grid('IQ3_S')
    const d = f16ToF32(u16(bytes, at))
    for (let group = 0; group < 64; group++) {
      const ninth = (bytes[at + 66 + (group >> 3)] >> (group & 7)) & 1
      const scale = d * (1 + 2 * nibble(bytes, at + 106, group >> 3))
      const signs = bytes[at + 74 + (group >> 1)] >> (4 * (group & 1))
      put(points, 4, bytes[at + 2 + group] | (ninth << 8), scale, signs, out, o + 4 * group)
    }
  },
})

/** Grid of -1, 0, +1, all moved by an eighth up or down. Per 32 weights a word: 4 × 3 index bits, scale, direction. */
export const IQ1_S = blocked({
  name: 'IQ1_S',
  block: 256,
  blockBytes: 50,
  gguf: 19,
  uniform: words,
  decodeBlock(bytes, at, out, o) {
    const points = grid('IQ1')
    const d = f16ToF32(u16(bytes, at))
    for (let group = 0; group < 32; group++) {
      const word = u16(bytes, at + 34 + 2 * (group >> 2))
      const scale = d * (2 * ((word >> 12) & 7) + 1)
      const index = bytes[at + 2 + group] | (((word >> (3 * (group & 3))) & 7) << 8)
      putMoved(points, index, scale, word & 0x8000 ? -0.125 : 0.125, out, o + 8 * group)
    }
  },
})

/** Like IQ1_S with a direction for 8 weights and a scale for 16; d is spread over the top nibbles of the scale words. */
export const IQ1_M = blocked({
  name: 'IQ1_M',
  block: 256,
  blockBytes: 56,
  gguf: 29,
  uniform: spread,
  decodeBlock(bytes, at, out, o) {
    const points = grid('IQ1')
    const d = f16ToF32(spreadBits(bytes, at))
    for (let group = 0; group < 32; group++) {
      const high = nibble(bytes, at + 32, group)
      const scale = d * (2 * ((u16(bytes, at + 48 + 2 * (group >> 3)) >> (3 * ((group >> 1) & 3))) & 7) + 1)
      const index = bytes[at + group] | ((high & 7) << 8)
      putMoved(points, index, scale, high & 8 ? -0.125 : 0.125, out, o + 8 * group)
    }
  },
})

function put(
  points: Int8Array,
  width: number,
  index: number,
  scale: number,
  signs: number,
  out: Float32Array,
  o: number,
): void {
  for (let j = 0; j < width; j++) out[o + j] = ((signs >> j) & 1 ? -scale : scale) * points[width * index + j]
}

function putMoved(points: Int8Array, index: number, scale: number, move: number, out: Float32Array, o: number): void {
  for (let j = 0; j < 8; j++) out[o + j] = scale * (points[8 * index + j] + move)
}

/** Eight signs from the lowest seven bits. */
function evenSigns(bits: number): number {
  const seven = bits & 127
  let parity = seven ^ (seven >> 4)
  parity ^= parity >> 2
  return seven | (((parity ^ (parity >> 1)) & 1) << 7)
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0
}
