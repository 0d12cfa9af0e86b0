/**
 * The k-quants of GGUF: 256 weights in sub-blocks of 16 or 32, whose own small scales (and minima) are integers times
 * the block's d (and dmin).
 */
import type { Uniform } from '../dtype.js'
import { blocked, half, halfOne, setU16 } from './blocked.js'

/** 16 sub-blocks: low nibble scale, high nibble minimum; bits 2j of 32 bytes hold the weights 32 j of their half. */
export const Q2_K = blocked({
  name: 'Q2_K',
  block: 256,
  blockBytes: 84,
  gguf: 10,
  uniform: {
    ...{ bits: 2, lowest: 0, segment: 16 },
    scale: (bytes, at, sub) => half(bytes, at + 80) * (bytes[at + sub] & 15),
    minimum: (bytes, at, sub) => -half(bytes, at + 82) * (bytes[at + sub] >> 4),
    strip(bytes, at) {
      bytes.fill(1, at, at + 16)
      setU16(bytes, at + 80, halfOne)
      setU16(bytes, at + 82, 0)
    },
  },
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at + 80)
    const dmin = half(bytes, at + 82)
    for (let sub = 0; sub < 16; sub++) {
      const scale = d * (bytes[at + sub] & 15)
      const min = dmin * (bytes[at + sub] >> 4)
      const { qs, shift } = quarter(sub)
      for (let l = 0; l < 16; l++) out[o + 16 * sub + l] = scale * ((bytes[at + 16 + qs + l] >> shift) & 3) - min
    }
  },
})

/** Like Q2_K with a third bit from hmask (clear: minus 4) and 16 six-bit scales, offset by 32, spread over 12 bytes. */
export const Q3_K = blocked({
  name: 'Q3_K',
  block: 256,
  blockBytes: 110,
  gguf: 11,
  uniform: {
    ...{ bits: 3, lowest: -4, segment: 16 },
    scale: q3Scale,
    strip(bytes, at) {
      bytes.fill(0x11, at + 96, at + 104)
      bytes.fill(0xaa, at + 104, at + 108) // 33 in each: 1 below, 2 above
      setU16(bytes, at + 108, halfOne)
    },
  },
  decodeBlock(bytes, at, out, o) {
    for (let sub = 0; sub < 16; sub++) {
      const scale = q3Scale(bytes, at, sub)
      const { qs, shift } = quarter(sub)
      const mask = 1 << (sub >> 1)
      for (let l = 0; l < 16; l++) {
        const minus = bytes[at + (qs & 16) + l] & mask ? 0 : 4
        out[o + 16 * sub + l] = scale * (((bytes[at + 32 + qs + l] >> shift) & 3) - minus)
      }
    }
  },
})

/** 8 sub-blocks of 32: per 64 weights, low nibbles of 32 bytes, then the high ones. */
export const Q4_K = blocked({
  name: 'Q4_K',
  block: 256,
  blockBytes: 144,
  gguf: 12,
  uniform: sixBitScales(4),
  decodeBlock(bytes, at, out, o) {
    for (let sub = 0; sub < 8; sub++) {
      const { scale, min } = sixBits(bytes, at, sub)
      const qs = at + 16 + 32 * (sub >> 1)
      const shift = 4 * (sub & 1)
      for (let l = 0; l < 32; l++) out[o + 32 * sub + l] = scale * ((bytes[qs + l] >> shift) & 15) - min
    }
  },
})

/** Like Q4_K with a fifth bit: bit `sub` of 32 bytes. */
export const Q5_K = blocked({
  name: 'Q5_K',
  block: 256,
  blockBytes: 176,
  gguf: 13,
  uniform: sixBitScales(5),
  decodeBlock(bytes, at, out, o) {
    for (let sub = 0; sub < 8; sub++) {
      const { scale, min } = sixBits(bytes, at, sub)
      const qs = at + 48 + 32 * (sub >> 1)
      const shift = 4 * (sub & 1)
      for (let l = 0; l < 32; l++) {
        const fifth = ((bytes[at + 16 + l] >> sub) & 1) << 4
        out[o + 32 * sub + l] = scale * (((bytes[qs + l] >> shift) & 15) + fifth) - min
      }
    }
  },
})

/** Low nibbles and two high bits, offset by 32; 16 int8 scales. Per half of 128 weights: four runs of 32. */
export const Q6_K = blocked({
  name: 'Q6_K',
  block: 256,
  blockBytes: 210,
  gguf: 14,
  uniform: {
    ...{ bits: 6, lowest: -32, segment: 16 },
    scale: (bytes, at, s) => half(bytes, at + 208) * ((bytes[at + 192 + s] << 24) >> 24),
    strip(bytes, at) {
      bytes.fill(1, at + 192, at + 208)
      setU16(bytes, at + 208, halfOne)
    },
  },
  decodeBlock(bytes, at, out, o) {
    const d = half(bytes, at + 208)
    for (let half = 0; half < 2; half++)
      for (let run = 0; run < 4; run++)
        for (let l = 0; l < 32; l++) {
          const low = (bytes[at + 64 * half + 32 * (run & 1) + l] >> (4 * (run >> 1))) & 15
          const high = (bytes[at + 128 + 32 * half + l] >> (2 * run)) & 3
          const scale = (bytes[at + 192 + 8 * half + 2 * run + (l >> 4)] << 24) >> 24
          out[o + 128 * half + 32 * run + l] = d * scale * ((low | (high << 4)) - 32)
        }
  },
})

function q3Scale(bytes: Uint8Array, at: number, sub: number): number {
  const sc = at + 96
  const low = sub < 8 ? bytes[sc + sub] & 15 : bytes[sc + sub - 8] >> 4
  const high = (bytes[sc + 8 + (sub & 3)] >> (2 * (sub >> 2))) & 3
  return half(bytes, at + 108) * ((low | (high << 4)) - 32)
}

/** How Q4_K and Q5_K come apart. */
function sixBitScales(bits: number): Uniform {
  return {
    ...{ bits, lowest: 0, segment: 32 },
    scale: (bytes, at, sub) => sixBits(bytes, at, sub).scale,
    minimum: (bytes, at, sub) => -sixBits(bytes, at, sub).min,
    strip(bytes, at) {
      setU16(bytes, at, halfOne)
      setU16(bytes, at + 2, 0)
      bytes.fill(1, at + 4, at + 8)
      bytes.fill(0, at + 8, at + 12)
      bytes.fill(1, at + 12, at + 16)
    },
  }
}

/** Where the two bits of sub-block `sub` (16 weights) lie: byte offset into qs, and shift. */
function quarter(sub: number): { qs: number; shift: number } {
  return { qs: 32 * (sub >> 3) + 16 * (sub & 1), shift: 2 * ((sub >> 1) & 3) }
}

/** Scale and minimum of sub-block `sub`: six bits each, the last four of each pieced together from two places. */
function sixBits(bytes: Uint8Array, at: number, sub: number): { scale: number; min: number } {
  const s = at + 4
  const [sc, m] =
    sub < 4
      ? [bytes[s + sub] & 63, bytes[s + sub + 4] & 63]
      : [
          (bytes[s + sub + 4] & 15) | ((bytes[s + sub - 4] >> 6) << 4),
          (bytes[s + sub + 4] >> 4) | ((bytes[s + sub] >> 6) << 4),
        ]
  return { scale: half(bytes, at) * sc, min: half(bytes, at + 2) * m }
}
