/**
 * AWQ's clipping (Lin et al., 2023): of ten shares of each segment's range, 1 to 0.55, the one whose output error is least by
 * the segment's own part of H. Large weights that cost the others more than they bring are cut.
 * takes  a Problem with H · gives  its weights, clipped in place, for whichever method comes next · before ./trial
 */
import { LutraError } from '../../../hal/error.js'
import { gridOf } from '../grid/index.js'
import type { Method, Problem } from './problem.js'
import { quadratic } from './quadratic.js'
import { rtn } from './rtn.js'
import { rowBytes, Trial } from './trial.js'

export interface ClipOptions {
  /** Steps that the whole range is cut into; default 20, as AWQ. */
  readonly steps?: number
  /** Share of the range below which nothing is tried; default 0.5, as AWQ. */
  readonly least?: number
}

/** AWQ leaves queries and keys as they are: what they make is multiplied, and errors of large ones grow. */
export function isClipped(tensor: string): boolean {
  return !/attn_(q|k|qkv)\./.test(tensor)
}

/** Clipping, then the format's reference encoder. */
export const clipped: Method<ClipOptions> = {
  name: 'clip',
  needs: 'hessian',
  run(problem, from, to, options) {
    clip(problem, from, to, options)
    rtn.run(problem, from, to, {})
  },
}

/** Clips rows [from, to); runs in a worker thread, in one go. */
export function clip(problem: Problem, from: number, to: number, { steps = 20, least = 0.5 }: ClipOptions = {}): void {
  const { cols, weights, hessian } = problem
  if (!hessian) throw new LutraError('mismatch', `Expected the Hessian of ${problem.name} for clipping but found none`)
  const grid = gridOf(problem.grid)
  rowBytes(problem, grid)
  const { block, segment } = grid
  const trial = new Trial(grid)
  const shares = new Float32Array(block / segment)
  const best = new Float32Array(block / segment)
  const lowest = new Float64Array(block / segment)
  const part = new Float32Array(block * block)
  const error = new Float32Array(block)
  const nothing = new Float32Array(block)
  const tries = Math.max(1, Math.round((1 - least) * steps))
  for (let at = 0; at < cols; at += block) {
    for (let i = 0; i < block; i++)
      part.set(hessian.subarray((at + i) * cols + at, (at + i) * cols + at + block), i * block)
    for (let row = from; row < to; row++) {
      const values = weights.subarray(row * cols + at, row * cols + at + block)
      lowest.fill(Number.POSITIVE_INFINITY)
      for (let i = 0; i < tries; i++) {
        shares.fill(1 - i / steps)
        trial.range(values, shares)
        trial.round(values)
        for (let j = 0; j < block; j++) error[j] = values[j] - trial.quantized[j]
        for (let s = 0; s < shares.length; s++) {
          const loss = quadratic(error, part, block, s * segment, (s + 1) * segment, nothing)
          if (!(loss < lowest[s])) continue
          lowest[s] = loss
          best[s] = shares[s]
        }
      }
      for (let s = 0; s < shares.length; s++) cut(values.subarray(s * segment, (s + 1) * segment), best[s], grid.minima)
    }
  }
}

/** To a share of the range: of the largest magnitude or, where there are minima, of both ends. */
function cut(values: Float32Array, share: number, ends: boolean): void {
  if (share === 1) return
  let [low, high] = [0, 0]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const most = Math.max(high, -low)
  const [bottom, top] = ends ? [low * share, high * share] : [-most * share, most * share]
  for (let i = 0; i < values.length; i++) values[i] = Math.min(top, Math.max(bottom, values[i]))
}
