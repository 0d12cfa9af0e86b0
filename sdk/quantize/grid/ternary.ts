/**
 * One to two bits a weight with one scale in half precision: the ternary TQ1_0 and TQ2_0, their kin Q2_0 and Q1_0.
 * The references of the ternary ones take the largest magnitude as scale, which is right for weights that are ternary
 * already; `fit` finds the best.
 * takes  rows or blocks of float32 · gives  blocks, see ./grid · before ../method
 */
import { Q1_0 as q1, Q2_0 as q2, TQ1_0 as tq1, TQ2_0 as tq2 } from '../../../hal/dtypes/index.js'
import type { Grid } from './grid.js'
import { putTwoBits } from './k-layout.js'
import { levels } from './levels.js'
import { oneScale } from './one-scale.js'
import { type Alphabet, places, wholeNumbers } from './scales/alphabet.js'
import { load, product, weight } from './scales/block.js'
import { putHalf, roundAway } from './scales/half.js'
import { extreme } from './scales/reference-signed.js'

const f = Math.fround
const codes = new Uint8Array(256)

/** The outermost value may be an outlier that weighs little: it is tried up to twelve levels out. */
const ternary = wholeNumbers(-1, 1, places(0.8, 12, 20, true))

/** Base-3 digits: bytes 0 … 31, 32 … 47 and 48 … 51 (four digits) in runs, then d. */
export const TQ1_0 = byLargest(tq1, -1, 1, 52, ternary, (from, bytes, at) => {
  putDigits(from, 0, 32, 5, bytes, at)
  putDigits(from, 160, 16, 5, bytes, at + 32)
  putDigits(from, 240, 4, 4, bytes, at + 48)
})

export const TQ2_0 = byLargest(tq2, -1, 1, 64, ternary, putTwoBits)

/** Levels -1 … 2; two bits in natural order. */
export const Q2_0 = byLargest(q2, -1, 2, 0, wholeNumbers(-1, 2, places(0.7, 6, 16, true)), (from, bytes, at) => {
  for (let j = 0; j < 16; j++)
    bytes[at + 2 + j] = from[4 * j] | (from[4 * j + 1] << 2) | (from[4 * j + 2] << 4) | (from[4 * j + 3] << 6)
})

/** Signs: the best scale is the weighted mean of magnitudes. */
export const Q1_0: Grid = {
  ...{ dtype: q1, block: 128, segment: 128, levels: Float32Array.of(-1, 1), minima: false, write: putSigns },
  fit(values, importance, bytes, at, scales, minima) {
    load(values, importance, 128, 128)
    let sum = 0
    let total = 0
    for (let j = 0; j < 128; j++) {
      sum += Math.abs(product[j])
      total += weight[j]
    }
    scales[0] = putHalf(bytes, at, sum / total)
    minima[0] = 0
  },
  store(scales, minima, bytes, at) {
    scales[0] = putHalf(bytes, at, scales[0])
    minima[0] = 0
  },
  encode(row, _importance, bytes) {
    for (let i = 0, at = 0; i < row.length; i += 128, at += 18) {
      let sum = 0
      for (let j = i; j < i + 128; j++) sum = f(sum + Math.abs(row[j]))
      putHalf(bytes, at, f(sum / 128))
      for (let j = 0; j < 128; j++) codes[j] = row[i + j] >= 0 ? 1 : 0
      putSigns(codes, bytes, at)
    }
  },
}

function byLargest(
  dtype: Grid['dtype'],
  lowest: number,
  highest: number,
  scaleAt: number,
  alphabet: Alphabet,
  write: Grid['write'],
): Grid {
  const { block, blockBytes } = dtype
  return {
    ...{ dtype, block, segment: block, levels: levels(lowest, highest), minima: false, write },
    ...oneScale(block, scaleAt, alphabet),
    encode(row, _importance, bytes) {
      for (let i = 0, at = 0; i < row.length; i += block, at += blockBytes) {
        const d = Math.abs(extreme(block, row, i))
        const inverse = d ? f(1 / d) : 0
        putHalf(bytes, at + scaleAt, d)
        for (let j = 0; j < block; j++)
          codes[j] = Math.max(0, Math.min(highest - lowest, roundAway(f(row[i + j] * inverse)) - lowest))
        write(codes, bytes, at)
      }
    },
  }
}

/** Digit n of byte m is weight m + width · n, the first the highest; kept as ceil(v · 256 / 243), where v has five digits. */
function putDigits(from: Uint8Array, c: number, width: number, digits: 4 | 5, bytes: Uint8Array, at: number): void {
  for (let m = 0; m < width; m++) {
    let v = 0
    for (let n = 0; n < digits; n++) v = 3 * v + from[c + m + width * n]
    if (digits === 4) v *= 3
    bytes[at + m] = Math.floor((256 * v + 242) / 243)
  }
}

function putSigns(from: Uint8Array, bytes: Uint8Array, at: number): void {
  for (let p = 0; p < 16; p++) {
    let byte = 0
    for (let b = 0; b < 8; b++) byte |= from[8 * p + b] << b
    bytes[at + 2 + p] = byte
  }
}
