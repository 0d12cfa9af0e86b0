/**
 * Float linears that a lent accelerator computes: whole numbers, scales and minima go to it once, activations as they are.
 * takes  a weight taken apart · gives  y (tokens × rows) for the tokens that the kernel was prepared with
 * before hal/take-apart · after ./linears
 */
import type { FloatKernel, FloatLinear, ScaledWeight } from '../../hal/accelerator.js'

export class LentLinear {
  private constructor(
    readonly rows: number,
    readonly linear: FloatLinear,
  ) {}

  /** Undefined where the kernel does not take it. */
  static load(weight: ScaledWeight, kernel: FloatKernel): LentLinear | undefined {
    const linear = kernel.load(weight)
    return linear && new LentLinear(weight.rows, linear)
  }

  get residentBytes(): number {
    return this.linear.residentBytes
  }

  run(y: Float32Array, from: number, n: number): void {
    this.linear.multiply(y.subarray(from * this.rows, (from + n) * this.rows))
  }
}
