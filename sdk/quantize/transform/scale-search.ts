/**
 * AWQ's search (Lin et al., arXiv 2306.00978): channels with large inputs get larger weights, s = m^r with m a channel's mean
 * |x|, the exponent r searched on a line. The loss is exact through H instead of by running tokens.
 * takes  the matrices that share an input, its H, a grid · gives  scales for ./scale-inputs
 * before ../grid · after ./awq
 */
import { LutraError } from '../../../hal/error.js'
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import { pause } from '../../../hal/pause.js'
import { gridOf } from '../grid/index.js'
import { sharedFloats } from '../rows/shared.js'

export interface ScaleSearch {
  /** Weights of each matrix (rows × cols), and the name of its format. */
  readonly matrices: readonly { readonly weights: Float32Array; readonly grid: string }[]
  readonly cols: number
  /** Mean of x xᵀ, cols × cols. */
  readonly hessian: Float32Array
  /** Mean |x| per channel; default: the root of H's diagonal. */
  readonly magnitudes?: Float32Array
  /** Channels with the same number share a scale, see Site.rowOf. */
  readonly rowOf?: Int32Array
  /** Exponents that are tried: i / steps, i < steps; default 20, as AWQ. */
  readonly steps?: number
  /** Rows that the loss is measured on, spread evenly over all; default 512. */
  readonly sample?: number
}

export interface FoundScales {
  readonly scales: Float32Array
  /** r; 0 where scaling does not help, and all scales are 1. */
  readonly exponent: number
  /** tr(E H Eᵀ) over the sampled rows, for each exponent; the first is without scaling. */
  readonly losses: readonly number[]
}

/** AWQ's floor under a scale, here in parts of the largest one. */
const floor = 1e-4

export async function searchScales(algebra: LinearAlgebra, search: ScaleSearch): Promise<FoundScales> {
  const { cols, hessian, steps = 20, rowOf } = search
  const diagonal = Float32Array.from({ length: cols }, (_, i) => hessian[i * cols + i])
  const magnitudes = together(search.magnitudes ?? diagonal.map(Math.sqrt), rowOf)
  const samples = search.matrices.map((matrix) => sampled(search, matrix))
  const losses: number[] = []
  let scalesOfBest: Float32Array = new Float32Array(cols).fill(1)
  let best = { exponent: 0, loss: Number.POSITIVE_INFINITY }
  for (let i = 0; i < steps; i++) {
    const exponent = i / steps
    const scales = scalesOf(magnitudes, exponent)
    const importance = diagonal.map((mean, c) => mean / scales[c] ** 2)
    let loss = 0
    for (const { weights, grid } of samples) {
      const errors = await roundedErrors(weights, grid, scales, importance)
      const product = sharedFloats(errors.length)
      await algebra.multiply(errors, hessian, product, { m: errors.length / cols, n: cols, k: cols })
      for (let at = 0; at < errors.length; at++) loss += errors[at] * product[at]
    }
    losses.push(loss)
    if (!(loss < best.loss)) continue
    best = { exponent, loss }
    scalesOfBest = scales
  }
  return { scales: scalesOfBest, exponent: best.exponent, losses }
}

/** m^r, then all of them by one factor, so that the largest and the smallest are as far from 1. */
function scalesOf(magnitudes: Float32Array, exponent: number): Float32Array {
  const most = magnitudes.reduce((a, b) => Math.max(a, b), 0)
  if (exponent === 0 || !(most > 0)) return new Float32Array(magnitudes.length).fill(1)
  const raw = magnitudes.map((m) => Math.max((m / most) ** exponent, floor))
  const least = raw.reduce((a, b) => Math.min(a, b), 1)
  return raw.map((scale) => scale / Math.sqrt(least))
}

/** Channels that share a scale take the mean of their magnitudes. */
function together(magnitudes: Float32Array, rowOf: Int32Array | undefined): Float32Array {
  if (!rowOf) return magnitudes
  const [sums, counts] = [new Map<number, number>(), new Map<number, number>()]
  rowOf.forEach((row, c) => {
    sums.set(row, (sums.get(row) ?? 0) + magnitudes[c])
    counts.set(row, (counts.get(row) ?? 0) + 1)
  })
  return Float32Array.from(rowOf, (row) => (sums.get(row) ?? 0) / (counts.get(row) ?? 1))
}

function sampled(
  { matrices, cols, sample = 512 }: ScaleSearch,
  { weights, grid }: ScaleSearch['matrices'][number],
): { weights: Float32Array; grid: string } {
  const { block } = gridOf(grid)
  if (cols % block !== 0)
    throw new LutraError('mismatch', `Expected columns in whole blocks of ${block} for ${grid} but found ${cols}`)
  const all = matrices.reduce((sum, each) => sum + each.weights.length, 0) / cols
  const rows = weights.length / cols
  const count = Math.min(rows, Math.ceil((sample * rows) / all))
  const out = sharedFloats(count * cols)
  for (let i = 0; i < count; i++) {
    const row = Math.floor((i * rows) / count)
    out.set(weights.subarray(row * cols, (row + 1) * cols), i * cols)
  }
  return { weights: out, grid }
}

/** W − Q(W diag(s)) diag(1 / s), Q being the format's reference encoder. */
async function roundedErrors(
  weights: Float32Array,
  gridName: string,
  scales: Float32Array,
  importance: Float32Array,
): Promise<Float32Array> {
  const grid = gridOf(gridName)
  const cols = scales.length
  const errors = sharedFloats(weights.length)
  const bytes = new Uint8Array((cols / grid.block) * grid.dtype.blockBytes)
  const row = new Float32Array(cols)
  for (let at = 0; at < weights.length; at += cols) {
    for (let c = 0; c < cols; c++) row[c] = weights[at + c] * scales[c]
    grid.encode(row, importance, bytes)
    grid.dtype.decode(bytes, cols, 0, cols, row)
    for (let c = 0; c < cols; c++) errors[at + c] = weights[at + c] - row[c] / scales[c]
    if ((at / cols) % 16 === 15) await pause()
  }
  return errors
}
