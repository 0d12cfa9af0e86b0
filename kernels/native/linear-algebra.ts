/**
 * Linear algebra in the addon: float32 products in panels on its own threads, double sums in the Cholesky factor.
 * takes  arrays, which are read and written in place until the promise settles · gives  LinearAlgebra, or why there is none
 * before sdk/quantize · after native/algebra
 */
import { availableParallelism } from 'node:os'
import type { Absent } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import type { LinearAlgebra } from '../../hal/linear-algebra.js'
import { checkGram, checkProduct, checkSolve, checkSquare } from '../../hal/matrix-checks.js'
import { native } from './addon.js'
import { loadNative } from './load.js'

export interface NativeLinearAlgebraOptions {
  /** Default: the CPUs this process may use, 16 at most. */
  readonly threads?: number
  /** Forces an instruction set: avx512, avx2, neon, generic. */
  readonly isa?: string
}

interface NativeAlgebra {
  multiply(a: Float32Array, b: Float32Array, c: Float32Array, ...product: (number | boolean)[]): Promise<boolean>
  gram(x: Float32Array, h: Float32Array, rows: number, cols: number, alpha: number): Promise<boolean>
  inverseCholesky(h: Float32Array, n: number): Promise<boolean>
  solve(upper: Float32Array, b: Float32Array, n: number, rows: number): Promise<boolean>
  isa(): string
  close(): void
}

/**
 * Linear algebra on the addon's threads, or the reason why there is none here. Calls on one instance run one after
 * another, in order. LutraError: `mismatch` where sizes, arrays or options do not fit, `unsupported` for an instruction
 * set that is not here, `limit` without memory or threads, `closed` after `close`.
 */
export function nativeLinearAlgebra(options: NativeLinearAlgebraOptions = {}): LinearAlgebra | Absent {
  const found = loadNative()
  if (found.exports === undefined) return { absent: found.reason }
  const Native = found.exports.Algebra as (new (threads: number, isa: string) => NativeAlgebra) | undefined
  if (Native === undefined)
    return { absent: `${found.path} is of an older build without linear algebra; "npm run build:native" renews it` }
  const threads = options.threads ?? Math.min(availableParallelism(), 16)
  const algebra = native(() => new Native(threads, options.isa ?? ''))

  let open = true
  let last: Promise<unknown> = Promise.resolve()
  // All threads work on one call; others wait here, not in the pool that files are read by.
  const inOrder = <T>(call: () => Promise<T>): Promise<T> => {
    if (!open) throw new LutraError('closed', 'This linear algebra is closed; make another')
    const next = last.then(() => native(call))
    last = next.catch(() => undefined)
    return next
  }
  return {
    name: `native ${algebra.isa()}`,
    async multiply(a, b, c, product) {
      const { m, n, k, transposeA, transposeB, add, alpha, strideA, strideB, strideC } = checkProduct(a, b, c, product)
      const sizes = [m, n, k, strideA, strideB, strideC]
      await inOrder(() => algebra.multiply(a, b, c, ...sizes, transposeA, transposeB, add, alpha))
    },
    async gram(x, h, rows, cols, alpha) {
      checkGram(x, h, rows, cols, alpha)
      await inOrder(() => algebra.gram(x, h, rows, cols, alpha))
    },
    async inverseCholesky(h, n) {
      checkSquare(h, n)
      return inOrder(() => algebra.inverseCholesky(h, n))
    },
    async solve(upper, n, b, rows) {
      checkSolve(upper, n, b, rows)
      await inOrder(() => algebra.solve(upper, b, n, rows))
    },
    async close() {
      open = false
      await last
      algebra.close()
    },
  }
}
