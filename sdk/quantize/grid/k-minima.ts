/**
 * K-quants with minima: 256 weights in segments of 16 or 32 whose scales and minima are small whole numbers, not
 * negative, times the block's d and dmin; minima are taken away: Q2_K, Q4_K, Q5_K.
 * takes  rows or blocks of float32 · gives  blocks, see ./grid · before ../method
 */
import { Q2_K as q2, Q4_K as q4, Q5_K as q5 } from '../../../hal/dtypes/index.js'
import type { Grid } from './grid.js'
import { putEightPairs, putHighBit, putNibbles, putTwoBits } from './k-layout.js'
import { decided, type Minima, referenceMinima } from './k-reference.js'
import { even, levels } from './levels.js'
import { spans } from './scales/affine.js'
import { places, wholeNumbers } from './scales/alphabet.js'
import { putHalf } from './scales/half.js'
import { fitPairs, halves, type Pairs } from './scales/pairs.js'
import { steps } from './scales/reference-minima.js'
import { storeMultiples } from './scales/store.js'

const small = new Int16Array(16)
const smallMinima = new Int16Array(16)
const taken = new Float32Array(16)

type Header = (small: ArrayLike<number>, minima: ArrayLike<number>, bytes: Uint8Array, at: number) => void

/** Bytes: sixteen scales (low nibble) and minima (high), pairs of bits, d, dmin. */
export const Q2_K: Grid = withMinima(
  { dtype: q2, highest: 3, most: 15, halvesAt: 80 },
  { n: 16, most: 15, plain: steps(3, -0.5, 0.1, 15, true), weighted: steps(3, -0.9, 0.05, 36) },
  {
    ...{ n: 16, count: 16, most: 15, small: wholeNumbers(0, 15, places(13, 18, 11)) },
    spans: spans(3, even(0, 0.2, 5), even(0.6, 1.1, 5)),
  },
  (scales, minima, bytes, at) => {
    for (let j = 0; j < 16; j++) bytes[at + j] = scales[j] | (minima[j] << 4)
  },
  (codes, bytes, at) => putTwoBits(codes, bytes, at + 16),
)

/** Bytes: d, dmin, eight pairs of six bits, nibbles. */
export const Q4_K: Grid = withMinima(
  { dtype: q4, highest: 15, most: 63, halvesAt: 0 },
  { n: 32, most: 63, plain: steps(15, -1, 0.1, 20), weighted: steps(15, -0.9, 0.05, 36) },
  {
    ...{ n: 32, count: 8, most: 63, small: wholeNumbers(0, 63, places(60, 67, 8)) },
    spans: spans(15, even(0, 0.06, 3), even(0.8, 1.05, 8)),
  },
  (scales, minima, bytes, at) => putEightPairs(scales, minima, bytes, at + 4),
  (codes, bytes, at) => putNibbles(codes, bytes, at + 16),
)

/** As Q4_K with 32 bytes of fifth bits before the nibbles. */
export const Q5_K: Grid = withMinima(
  { dtype: q5, highest: 31, most: 63, halvesAt: 0 },
  { n: 32, most: 63, plain: steps(31, -0.5, 0.1, 15), weighted: steps(31, -0.9, 0.05, 36) },
  {
    ...{ n: 32, count: 8, most: 63, small: wholeNumbers(0, 63, places(60, 67, 8)) },
    spans: spans(31, [0], even(0.8, 1.05, 24)),
  },
  (scales, minima, bytes, at) => putEightPairs(scales, minima, bytes, at + 4),
  (codes, bytes, at) => {
    putHighBit(codes, 4, bytes, at + 16)
    putNibbles(codes, bytes, at + 48)
  },
)

function withMinima(
  { dtype, highest, most, halvesAt }: { dtype: Grid['dtype']; highest: number; most: number; halvesAt: number },
  reference: Minima,
  format: Pairs,
  header: Header,
  write: Grid['write'],
): Grid {
  const { n, count } = format
  const put = (d: number, dmin: number, bytes: Uint8Array, at: number, scales: Float32Array, minima: Float32Array) => {
    putHalf(bytes, at + halvesAt, d)
    putHalf(bytes, at + halvesAt + 2, dmin)
    header(small, smallMinima, bytes, at)
    for (let j = 0; j < count; j++) {
      scales[j] = d * small[j]
      minima[j] = -dmin * smallMinima[j]
    }
  }
  return {
    ...{ dtype, block: 256, segment: n, levels: levels(0, highest), minima: true, write },
    encode(row, importance, bytes) {
      for (let i = 0, at = 0; i < row.length; i += 256, at += dtype.blockBytes) {
        referenceMinima(row, i, importance, bytes, at + halvesAt, reference)
        header(decided.scales, decided.minima, bytes, at)
        write(decided.codes, bytes, at)
      }
    },
    fit(values, importance, bytes, at, scales, minima) {
      fitPairs(values, importance, format, small, smallMinima)
      put(halves.d, halves.dmin, bytes, at, scales, minima)
    },
    store(scales, minima, bytes, at) {
      for (let j = 0; j < count; j++) taken[j] = -minima[j]
      const d = storeMultiples(scales, count, 0, most, small)
      put(d, storeMultiples(taken, count, 0, most, smallMinima), bytes, at, scales, minima)
    },
  }
}
