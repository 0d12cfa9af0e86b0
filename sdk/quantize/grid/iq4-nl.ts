/**
 * IQ4_NL: blocks of 32 with one scale in half precision; codes look their level up in a table of sixteen.
 * takes  rows or blocks of float32 · gives  blocks, see ./grid · before ../method
 */
import { IQ4_NL as dtype } from '../../../hal/dtypes/index.js'
import type { Grid } from './grid.js'
import { putHalf } from './scales/half.js'
import { sumSquares, weigh } from './scales/reference-signed.js'
import { tableScale } from './scales/reference-table.js'
import { range } from './scales/signed.js'
import { nearestLevel, searchTable, table } from './scales/table.js'

const f = Math.fround
const weights = new Float32Array(32)
const codes = new Uint8Array(32)

/** The levels of IQ4 and the places of the largest magnitude that are tried. */
export const iq4 = table(dtype.uniform!.alphabet!, range(-127, 113, 96, 190, 20).places)

export const IQ4_NL: Grid = {
  ...{ dtype, block: 32, segment: 32, levels: iq4.levels, minima: false },
  encode(row, importance, bytes) {
    for (let i = 0, at = 0; i < row.length; i += 32, at += 18) {
      iq4Weights(32, row, i, importance, i, f(sumSquares(32, row, i) / 16), weights)
      const d = tableScale(32, row, i, weights, iq4)
      const inverse = d ? f(1 / d) : 0
      putHalf(bytes, at, d)
      for (let j = 0; j < 32; j++) codes[j] = nearestLevel(iq4, f(inverse * row[i + j]))
      this.write(codes, bytes, at)
    }
  },
  fit(values, importance, bytes, at, scales, minima) {
    scales[0] = putHalf(bytes, at, searchTable(values, importance, 0, 32, iq4))
    minima[0] = 0
  },
  store(scales, minima, bytes, at) {
    scales[0] = putHalf(bytes, at, scales[0])
    minima[0] = 0
  },
  write(from, bytes, at) {
    for (let j = 0; j < 16; j++) bytes[at + 2 + j] = from[j] | (from[j + 16] << 4)
  },
}

/** What an error costs in IQ4's reference: with importance as ./scales weighs it, else x². */
export function iq4Weights(
  n: number,
  x: Float32Array,
  at: number,
  importance: Float32Array | undefined,
  from: number,
  sigma2: number,
  out: Float32Array,
): void {
  if (importance) weigh(n, x, at, importance, from, sigma2, out)
  else for (let j = 0; j < n; j++) out[j] = x[at + j] * x[at + j]
}
