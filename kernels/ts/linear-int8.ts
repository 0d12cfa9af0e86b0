/**
 * Linears in the int8 meaning: one scale per token, integer sums, scaled in float32. Kernels are rivals that give the
 * same sums: an accelerator where one is lent, lookup tables, multiplication.
 * takes  ternary weights (others as floats over the rounded input), x (tokens × cols) float32 · gives  y (tokens × rows)
 * before ./quantize, ./ternary · after ./linears
 */
import type { IntegerKernel, IntegerLinear } from '../../hal/accelerator.js'
import type { TernaryWeight } from './ternary.js'

export class Int8Linear {
  readonly rows: number
  readonly kernel: IntegerKernel
  readonly #linear: IntegerLinear
  readonly #scales: Float32Array
  readonly #sums: Int32Array

  constructor(weight: TernaryWeight, kernels: readonly IntegerKernel[]) {
    this.rows = weight.rows
    for (const kernel of kernels) {
      const linear = kernel.load(weight)
      if (!linear) continue
      this.kernel = kernel
      this.#linear = linear
      this.#scales = weight.scales
      this.#sums = new Int32Array(weight.rows * Math.ceil(weight.cols / weight.segment))
      return
    }
    throw new Error('Expected a kernel that takes every weight at the end of the list')
  }

  get residentBytes(): number {
    return this.#linear.residentBytes + this.#scales.byteLength + this.#sums.byteLength
  }

  /** For the token that the kernel was prepared with, whose scale is `xScale`. */
  run(xScale: number, y: Float32Array, at: number): void {
    const { rows } = this
    const sums = this.#sums
    const scales = this.#scales
    this.#linear.multiply(sums)
    if (scales.length === 1 && sums.length === rows) {
      const scale = Math.fround(scales[0] * xScale)
      for (let r = 0; r < rows; r++) y[at + r] = Math.fround(sums[r]) * scale
      return
    }
    const segments = sums.length / rows
    for (let r = 0; r < rows; r++) {
      let sum = 0
      for (let s = 0; s < segments; s++) {
        const scale = Math.fround(scales[r * segments + s] * xScale)
        sum = Math.fround(sum + Math.fround(Math.fround(sums[s * rows + r]) * scale))
      }
      y[at + r] = sum
    }
  }
}
