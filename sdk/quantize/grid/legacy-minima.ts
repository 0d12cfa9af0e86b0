/**
 * Blocks of 32 with a scale and a minimum in half precision: Q4_1, Q5_1.
 * takes  rows or blocks of float32 · gives  blocks, see ./grid · before ../method
 */
import { Q4_1 as q4, Q5_1 as q5 } from '../../../hal/dtypes/index.js'
import type { Grid } from './grid.js'
import { even, levels, meanSquare } from './levels.js'
import { fitted, type Spans, searchAffine, spans } from './scales/affine.js'
import { load } from './scales/block.js'
import { putHalf } from './scales/half.js'
import { found, scaleAndMinimum, steps } from './scales/reference-minima.js'
import { weigh } from './scales/reference-signed.js'

const f = Math.fround
const weights = new Float32Array(32)
const codes = new Uint8Array(32)

export const Q4_1 = minimaGrid(q4, 15, spans(15, even(0, 0.06, 3), even(0.8, 1.05, 8), false), (from, bytes, at) => {
  for (let j = 0; j < 16; j++) bytes[at + 4 + j] = from[j] | (from[j + 16] << 4)
})

export const Q5_1 = minimaGrid(q5, 31, spans(31, [0], even(0.8, 1.05, 24), false), (from, bytes, at) => {
  bytes.fill(0, at + 4, at + 8)
  for (let j = 0; j < 16; j++) {
    bytes[at + 8 + j] = (from[j] & 15) | ((from[j + 16] & 15) << 4)
    bytes[at + 4 + (j >> 3)] |= (from[j] >> 4) << (j & 7)
    bytes[at + 6 + (j >> 3)] |= (from[j + 16] >> 4) << (j & 7)
  }
})

function minimaGrid(dtype: Grid['dtype'], highest: number, candidates: Spans, write: Grid['write']): Grid {
  const search = steps(highest, -0.9, 0.05, 36)
  return {
    ...{ dtype, block: 32, segment: 32, levels: levels(0, highest), minima: true, write },
    encode(row, importance, bytes) {
      const sigma2 = importance ? meanSquare(row) : 0
      for (let i = 0, at = 0; i < row.length; i += 32, at += dtype.blockBytes) {
        if (importance) {
          weigh(32, row, i, importance, i, sigma2, weights)
          putHalf(bytes, at, scaleAndMinimum(32, row, i, weights, codes, 0, search))
          putHalf(bytes, at + 2, found.minimum)
        } else spread(row, i, highest, bytes, at)
        write(codes, bytes, at)
      }
    },
    fit(values, importance, bytes, at, scales, minima) {
      load(values, importance, 32, 32)
      scales[0] = putHalf(bytes, at, searchAffine(0, 32, candidates))
      minima[0] = putHalf(bytes, at + 2, fitted.minimum)
    },
    store(scales, minima, bytes, at) {
      scales[0] = putHalf(bytes, at, scales[0])
      minima[0] = putHalf(bytes, at + 2, minima[0])
    },
  }
}

/** The reference without importance: levels over the whole range of values. */
function spread(row: Float32Array, i: number, highest: number, bytes: Uint8Array, at: number): void {
  let min = row[i]
  let max = row[i]
  for (let j = i; j < i + 32; j++) {
    if (row[j] < min) min = row[j]
    if (row[j] > max) max = row[j]
  }
  const d = f(f(max - min) / highest)
  const inverse = d ? f(1 / d) : 0
  putHalf(bytes, at, d)
  putHalf(bytes, at + 2, min)
  for (let j = 0; j < 32; j++) codes[j] = Math.min(highest, f(f(f(row[i + j] - min) * inverse) + 0.5))
}
