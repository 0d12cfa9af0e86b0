/**
 * Linears in the int8 meaning: one scale per token, integer sums, scaled in float32. Kernels are rivals that give the
 * same sums: an accelerator where one is lent, lookup tables, multiplication.
 * takes  a weight taken apart, the sums of the tokens that its kernel was prepared with · gives  y (tokens × rows)
 * before hal/take-apart · after ./linears
 */
import type { IntegerKernel, IntegerLinear, ScaledWeight } from '../../hal/accelerator.js'

export class Int8Linear {
  readonly rows: number
  readonly #segments: number
  readonly #scales: Float32Array
  readonly #sums: Int32Array

  private constructor(
    readonly kernel: IntegerKernel,
    readonly linear: IntegerLinear,
    { rows, cols, segment, scales }: ScaledWeight,
  ) {
    this.rows = rows
    this.#segments = Math.ceil(cols / segment)
    const one = this.#segments === 1 && scales.every((scale) => scale === scales[0])
    this.#scales = one ? scales.slice(0, 1) : scales
    this.#sums = new Int32Array(kernel.tokens * this.#segments * rows)
  }

  /** By the first kernel that takes it; undefined where none does. A weight with minima has no integer meaning. */
  static load(weight: ScaledWeight, kernels: readonly IntegerKernel[]): Int8Linear | undefined {
    if (weight.minima) return undefined
    for (const kernel of kernels) {
      const linear = kernel.load(weight)
      if (linear) return new Int8Linear(kernel, linear, weight)
    }
    return undefined
  }

  get residentBytes(): number {
    return this.linear.residentBytes + this.#scales.byteLength + this.#sums.byteLength
  }

  /** For tokens from … from + n, which the kernel was prepared with; token t's scale is xScales[t]. */
  run(xScales: Float32Array, y: Float32Array, from: number, n: number): void {
    this.linear.multiply(this.#sums)
    const perToken = this.#segments * this.rows
    for (let t = 0; t < n; t++)
      scaleSums(
        this.#sums,
        t * perToken,
        this.#segments,
        this.#scales,
        xScales[from + t],
        y,
        (from + t) * this.rows,
        this.rows,
      )
  }
}

/** y[at + r] = Σ over segments of sums[begin + s · rows + r] · (scale · xScale), every step in float32. */
function scaleSums(
  sums: Int32Array,
  begin: number,
  segments: number,
  scales: Float32Array,
  xScale: number,
  y: Float32Array,
  at: number,
  rows: number,
): void {
  if (scales.length === 1) {
    const scale = Math.fround(scales[0] * xScale)
    for (let r = 0; r < rows; r++) y[at + r] = Math.fround(sums[begin + r]) * scale
    return
  }
  for (let r = 0; r < rows; r++) {
    let sum = 0
    for (let s = 0; s < segments; s++) {
      const scale = Math.fround(scales[r * segments + s] * xScale)
      sum = Math.fround(sum + Math.fround(Math.fround(sums[begin + s * rows + r]) * scale))
    }
    y[at + r] = sum
  }
}
