/**
 * One matrix into blocks with error feedback (GPTQ) and then coordinate descent, both on the loss tr((W − Q) H (W − Q)ᵀ).
 * takes  H and a grid, then weights (rows × cols) · gives  Blocks
 * before ./feed-back, ./descend · after ../model
 */
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import type { Grid } from '../grid/grid.js'
import type { RowPool } from '../rows/pool.js'
import { sharedFloats } from '../rows/shared.js'
import { type Factored, factor } from './factor.js'
import { inOrder, type OrderName, orderOf, symmetricInOrder } from './order.js'
import { type Blocks, emptyBlocks } from './state.js'

export interface FeedbackOptions {
  /** λ over the mean of H's diagonal; default 0.01. */
  readonly damping?: number
  /** Default `activation`. */
  readonly order?: OrderName
  /** Passes of coordinate descent afterwards; default 3. */
  readonly passes?: number
}

export interface Tools {
  readonly algebra: LinearAlgebra
  readonly pool: Pick<RowPool, 'run'>
}

/** Columns between two products: in-stretch work grows with it, products get better with it. */
const STRETCH = 128

/** H made ready for blocks of a size: shared by all matrices (and all stretches of rows) over one input. */
export interface Prepared extends Factored {
  readonly order: Int32Array
}

/** For blocks of so many columns. Leaves `hessian` as it is; undefined where no damping makes it positive definite. */
export async function prepare(
  algebra: LinearAlgebra,
  name: string,
  hessian: Float32Array,
  block: number,
  { damping = 0.01, order: wish = 'activation' }: FeedbackOptions = {},
): Promise<Prepared | undefined> {
  const n = Math.sqrt(hessian.length)
  const diagonal = Float32Array.from({ length: n }, (_, i) => hessian[i * n + i])
  const order = orderOf(wish, diagonal, block)
  const own = symmetricInOrder(hessian, order, sharedFloats(n * n))
  const factored = await factor(algebra, name, own, n, damping)
  return factored && { ...factored, order }
}

/** Weights are whole rows of a matrix; they are left as they are. */
export async function gptq(
  { algebra, pool }: Tools,
  { order, upper, hessian }: Prepared,
  weights: Float32Array,
  grid: Grid,
  { passes = 3 }: FeedbackOptions = {},
): Promise<Blocks> {
  const n = order.length
  const rows = weights.length / n
  const target = inOrder(weights, n, order, sharedFloats(weights.length))
  const now = sharedFloats(target.length)
  now.set(target)
  const blocks = emptyBlocks(grid, rows, n, now, order)
  const stretch = Math.max(1, Math.floor(STRETCH / grid.block)) * grid.block
  for (let start = 0; start < n; start += stretch) {
    const width = Math.min(stretch, n - start)
    const errors = sharedFloats(rows * width)
    await pool.run('feedBack', { blocks, upper, start, width, errors }, rows)
    const [end, rest] = [start + width, n - start - width]
    if (rest > 0)
      await algebra.multiply(errors, upper.subarray(start * n + end), now.subarray(end), {
        ...{ m: rows, n: rest, k: width, alpha: -1, add: true },
        ...{ strideB: n, strideC: n },
      })
  }
  for (let pass = 0; pass < passes; pass++) await descent({ algebra, pool }, blocks, target, hessian, stretch)
  return blocks
}

async function descent(
  { algebra, pool }: Tools,
  blocks: Blocks,
  target: Float32Array,
  hessian: Float32Array,
  stretch: number,
): Promise<void> {
  const { rows, cols: n, quantized, weights: errors } = blocks
  const gradient = sharedFloats(rows * n)
  for (let i = 0; i < errors.length; i++) errors[i] = target[i] - quantized[i]
  await algebra.multiply(errors, hessian, gradient, { m: rows, n, k: n })
  for (let start = 0; start < n; start += stretch) {
    const width = Math.min(stretch, n - start)
    const changes = sharedFloats(rows * width)
    await pool.run('descend', { blocks, hessian, gradient, start, width, changes }, rows)
    const [end, rest] = [start + width, n - start - width]
    if (rest > 0)
      await algebra.multiply(changes, hessian.subarray(start * n + end), gradient.subarray(end), {
        ...{ m: rows, n: rest, k: width, add: true },
        ...{ strideB: n, strideC: n },
      })
  }
}
