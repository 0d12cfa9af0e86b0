/**
 * Dense float32 linear algebra that quantizers stand on. Matrices are row major. Nothing here blocks the event loop;
 * while a promise is open its arrays belong to the callee.
 * implemented by kernels/ts (the truth) and kernels/native
 */
export interface Product {
  readonly m: number
  readonly n: number
  readonly k: number
  /** a is (m × k); with `transposeA` it lies as (k × m). */
  readonly transposeA?: boolean
  /** b is (k × n); with `transposeB` it lies as (n × k), as weights do. */
  readonly transposeB?: boolean
  /** Adds to c instead of replacing it. */
  readonly add?: boolean
  /** Default 1. */
  readonly alpha?: number
  /**
   * Floats from one stored row to the next of a, b and c, where they are parts of wider matrices (subarrays that begin at
   * the part's first value); default: they are tight.
   */
  readonly strideA?: number
  readonly strideB?: number
  readonly strideC?: number
}

export interface LinearAlgebra {
  /** `native avx512`, `ts`. */
  readonly name: string
  /** c (m × n) [+]= alpha · a · b. */
  multiply(a: Float32Array, b: Float32Array, c: Float32Array, product: Product): Promise<void>
  /** h (cols × cols, symmetric) += alpha · xᵀ x for x (rows × cols). */
  gram(x: Float32Array, h: Float32Array, rows: number, cols: number, alpha: number): Promise<void>
  /**
   * In place: h (n × n, symmetric) becomes the upper U with inverse(h) = Uᵀ U, zeros below; false, and h spoiled, where h is
   * not positive definite in float32.
   */
  inverseCholesky(h: Float32Array, n: number): Promise<boolean>
  /** In place: b (rows × n) becomes b · inverse(h), U being inverseCholesky's result for h. */
  solve(upper: Float32Array, n: number, b: Float32Array, rows: number): Promise<void>
  close?(): Promise<void>
}
