/**
 * AdaRound (Nagel et al., 2020, arXiv 2004.10568): whether each weight goes down or up is learned, on the layer's own loss
 * (w − q) H (w − q)ᵀ, so that rows are independent and no activations are kept. Scales are fixed beforehand by Grid.fit.
 * takes  a Problem with H · gives  its rows in blocks · before ./soft-rounding, ./quadratic
 */
import { LutraError } from '../../../hal/error.js'
import type { Grid } from '../grid/grid.js'
import { gridOf } from '../grid/index.js'
import type { Method, Problem } from './problem.js'
import { panel } from './quadratic.js'
import { type Learning, SoftRounding } from './soft-rounding.js'
import { rowBytes } from './trial.js'

export type AdaRoundOptions = Partial<Learning>

/**
 * Share without push and β are AIMET's. Its ten thousand steps of 1e-3 see batches of tokens; with the exact loss five hundred of
 * 2e-2 do. Its weight of 0.01 is in units of the layer's own outputs; in units of a row's steps (./soft-rounding) 0.3 was
 * the best of 0.003 … 1 on layers of stories260K and BabyLlama. One step costs cols² a row.
 */
const usual: Learning = { iterations: 500, rate: 2e-2, regularization: 0.3, warmUp: 0.2, beta: [20, 2] }

/** Rows that learn together, so that H is read once for all of them. */
const tile = 16

/** Never worse than the nearest levels of the same scales: a row for which learning won nothing takes those. */
export const adaRound: Method<AdaRoundOptions> = {
  name: 'adaround',
  needs: 'hessian',
  run(problem, from, to, options) {
    const { hessian, cols, weights, bytes } = problem
    if (!hessian)
      throw new LutraError('mismatch', `Expected the Hessian of ${problem.name} for adaround but found none`)
    const grid = gridOf(problem.grid)
    const size = rowBytes(problem, grid)
    const { block, dtype } = grid
    const learning = { ...usual, ...options }
    const diagonal = Float32Array.from({ length: cols }, (_, i) => hessian[i * cols + i])
    const soft = new SoftRounding(grid, cols, tile)
    const product = new Float32Array(tile * cols)
    const codes = new Uint8Array(block)
    const scales = new Float32Array(cols / grid.segment)
    const minima = new Float32Array(cols / grid.segment)

    for (let first = from; first < to; first += tile) {
      const count = Math.min(tile, to - first)
      for (let r = 0; r < count; r++) {
        const values = weights.subarray((first + r) * cols, (first + r + 1) * cols)
        fitRow(grid, values, diagonal, { bytes, at: (first + r) * size }, scales, minima)
        soft.enter(r, values, scales, minima, diagonal)
      }
      const nearest = lossesOf(soft.hardErrors(count, 'nearest'), count, hessian, cols, product)
      for (let step = 0; step < learning.iterations; step++) {
        panel(soft.errors(count), count, hessian, cols, 0, cols, product)
        soft.step(count, product, step, learning)
      }
      const learned = lossesOf(soft.hardErrors(count, 'learned'), count, hessian, cols, product)
      for (let r = 0; r < count; r++) {
        const kind = learned[r] < nearest[r] ? 'learned' : 'nearest'
        for (let at = 0; at < cols; at += block) {
          for (let i = 0; i < block; i++) codes[i] = soft.code(r, at + i, kind)
          grid.write(codes, bytes, (first + r) * size + (at / block) * dtype.blockBytes)
        }
      }
    }
  },
}

/** Scales of a whole row, and the headers of its blocks. */
function fitRow(
  { block, segment, dtype, ...grid }: Grid,
  values: Float32Array,
  importance: Float32Array,
  to: { readonly bytes: Problem['bytes']; readonly at: number },
  scales: Float32Array,
  minima: Float32Array,
): void {
  for (let at = 0; at < values.length; at += block) {
    const s = at / segment
    grid.fit(
      values.subarray(at, at + block),
      importance.subarray(at, at + block),
      to.bytes,
      to.at + (at / block) * dtype.blockBytes,
      scales.subarray(s, s + block / segment),
      minima.subarray(s, s + block / segment),
    )
  }
}

/** e H eᵀ of each row. */
function lossesOf(
  errors: Float32Array,
  count: number,
  hessian: Float32Array,
  cols: number,
  product: Float32Array,
): number[] {
  panel(errors, count, hessian, cols, 0, cols, product)
  return Array.from({ length: count }, (_, r) => {
    let sum = 0
    for (let at = r * cols; at < (r + 1) * cols; at++) sum += errors[at] * product[at]
    return sum
  })
}
