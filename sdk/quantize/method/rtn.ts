/**
 * Rounding to the nearest: each weight by itself, once scales are chosen. What every other method is measured against.
 * takes  a Problem, a kind of scales · gives  its rows in blocks · before ./trial
 */
import { gridOf } from '../grid/index.js'
import type { Method } from './problem.js'
import { rowBytes, Trial } from './trial.js'

export interface RtnOptions {
  /**
   * Default `reference`: the format's own encoder, with the diagonal as its importance matrix where there is one (as
   * llama-quantize does). `min-max`: scales span all values of a segment. `mse`: of 80 shares of that span, 1 to 0.21, the
   * one with the least sum of |error|^2.4 (GPTQ's grid search, with its defaults), weighted by the diagonal where there is one.
   */
  readonly kind?: 'reference' | 'min-max' | 'mse'
}

/** Frantar et al. (2022), their code's defaults: a grid of 100 shares, of which the first 80 are tried, and this norm. */
const [shares, tried, norm] = [100, 80, 2.4]

export const rtn: Method<RtnOptions> = {
  name: 'rtn',
  needs: 'nothing',
  run(problem, from, to, { kind = 'reference' }) {
    const grid = gridOf(problem.grid)
    const { cols, weights, bytes, diagonal } = problem
    const { block, segment, dtype } = grid
    const size = rowBytes(problem, grid)
    const trial = new Trial(grid)
    const each = new Float32Array(block / segment)
    const best = new Float32Array(block / segment)
    const least = new Float64Array(block / segment)
    for (let row = from; row < to; row++) {
      const values = weights.subarray(row * cols, (row + 1) * cols)
      // Floats have no scales to choose.
      if (kind === 'reference' || grid.levels.length === 0) {
        grid.encode(values, diagonal, bytes.subarray(row * size, (row + 1) * size))
        continue
      }
      for (let b = 0; b < cols / block; b++) {
        const inBlock = values.subarray(b * block, (b + 1) * block)
        const importance = diagonal?.subarray(b * block, (b + 1) * block)
        best.fill(1)
        if (kind === 'mse') {
          least.fill(Number.POSITIVE_INFINITY)
          for (let i = 0; i < tried; i++) {
            each.fill(1 - i / shares)
            trial.range(inBlock, each)
            trial.round(inBlock)
            for (let s = 0; s < each.length; s++) {
              const loss = segmentLoss(inBlock, trial.quantized, importance, s * segment, (s + 1) * segment)
              if (loss >= least[s]) continue
              least[s] = loss
              best[s] = each[s]
            }
          }
        }
        trial.range(inBlock, best)
        trial.round(inBlock)
        trial.write(bytes, row * size + b * dtype.blockBytes)
      }
    }
  },
}

function segmentLoss(
  values: Float32Array,
  quantized: Float32Array,
  importance: Float32Array | undefined,
  from: number,
  to: number,
): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += (importance ? importance[i] : 1) * Math.abs(values[i] - quantized[i]) ** norm
  return sum
}
