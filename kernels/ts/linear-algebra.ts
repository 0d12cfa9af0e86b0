/**
 * Dense linear algebra in plain TypeScript: the truth that kernels/native/linear-algebra answers to. Sums are float64,
 * results float32. Computes on this thread, in slices, so that timers and sockets get their turn.
 * before sdk/quantize · after ./cholesky
 */
import type { LinearAlgebra } from '../../hal/linear-algebra.js'
import { checkGram, checkProduct, checkSolve, checkSquare } from '../../hal/matrix-checks.js'
import { inTurns, type Steps } from '../../hal/turns.js'
import { inverseCholesky, solve } from './cholesky.js'

/** A tile of sums stays in the first cache; a slice of k is about a millisecond of work. */
const ROWS = 32
const COLS = 128
const SLICE = 256

/**
 * Linear algebra without an addon and without threads: correct anywhere, some hundred times slower than the native one.
 * Its promises reject with LutraError mismatch where sizes, arrays or alpha do not fit.
 */
export function tsLinearAlgebra(): LinearAlgebra {
  return {
    name: 'ts',
    async multiply(a, b, c, product) {
      const { transposeA, transposeB, strideA, strideB, ...work } = checkProduct(a, b, c, product)
      const left = { values: a, row: transposeA ? 1 : strideA, col: transposeA ? strideA : 1 }
      const right = { values: b, row: transposeB ? 1 : strideB, col: transposeB ? strideB : 1 }
      await inTurns(tiles(left, right, c, { ...work, symmetric: false }))
    },
    async gram(x, h, rows, cols, alpha) {
      checkGram(x, h, rows, cols, alpha)
      const left = { values: x, row: 1, col: cols }
      const right = { values: x, row: cols, col: 1 }
      await inTurns(
        tiles(left, right, h, { m: cols, n: cols, k: rows, strideC: cols, alpha, add: true, symmetric: true }),
      )
    },
    async inverseCholesky(h, n) {
      checkSquare(h, n)
      return inTurns(inverseCholesky(h, n))
    },
    async solve(upper, n, b, rows) {
      checkSolve(upper, n, b, rows)
      await inTurns(solve(upper, n, b, rows))
    },
  }
}

/** Element (i, j) is values[i * row + j * col]. */
interface Strided {
  readonly values: Float32Array
  readonly row: number
  readonly col: number
}

interface Work {
  readonly m: number
  readonly n: number
  readonly k: number
  readonly strideC: number
  readonly alpha: number
  readonly add: boolean
  /** Only tiles that touch the upper triangle are computed; what lies above the diagonal is mirrored. */
  readonly symmetric: boolean
}

function* tiles(a: Strided, b: Strided, c: Float32Array, work: Work): Steps<void> {
  const { m, n, k, symmetric } = work
  const sums = new Float64Array(ROWS * COLS)
  for (let i0 = 0; i0 < m; i0 += ROWS)
    for (let j0 = symmetric ? i0 - (i0 % COLS) : 0; j0 < n; j0 += COLS) {
      sums.fill(0)
      for (let p0 = 0; p0 < k; p0 += SLICE) {
        accumulate(
          a,
          b,
          sums,
          [i0, Math.min(i0 + ROWS, m)],
          [j0, Math.min(j0 + COLS, n)],
          [p0, Math.min(p0 + SLICE, k)],
        )
        yield
      }
      put(sums, c, i0, j0, work)
      yield
    }
}

type Range = readonly [from: number, to: number]

/** Four steps of k at a time: each sum is loaded and stored a quarter as often. */
function accumulate(a: Strided, b: Strided, sums: Float64Array, [i0, i1]: Range, [j0, j1]: Range, [p0, p1]: Range) {
  const [x, y] = [a.values, b.values]
  const { row: step, col } = b
  for (let i = i0; i < i1; i++) {
    const to = (i - i0) * COLS
    let p = p0
    for (; p + 4 <= p1; p += 4) {
      const at = i * a.row + p * a.col
      const [s0, s1, s2, s3] = [x[at], x[at + a.col], x[at + 2 * a.col], x[at + 3 * a.col]]
      for (let j = 0, q = p * step + j0 * col; j < j1 - j0; j++, q += col)
        sums[to + j] += s0 * y[q] + s1 * y[q + step] + s2 * y[q + 2 * step] + s3 * y[q + 3 * step]
    }
    for (; p < p1; p++) {
      const s = x[i * a.row + p * a.col]
      for (let j = 0, q = p * step + j0 * col; j < j1 - j0; j++, q += col) sums[to + j] += s * y[q]
    }
  }
}

function put(sums: Float64Array, c: Float32Array, i0: number, j0: number, work: Work): void {
  const { m, n, strideC, alpha, add, symmetric } = work
  for (let i = i0; i < Math.min(i0 + ROWS, m); i++)
    for (let j = symmetric ? Math.max(i, j0) : j0; j < Math.min(j0 + COLS, n); j++) {
      const value = alpha * sums[(i - i0) * COLS + j - j0]
      const at = i * strideC + j
      c[at] = add ? c[at] + value : value
      if (symmetric) c[j * strideC + i] = c[at]
    }
}
