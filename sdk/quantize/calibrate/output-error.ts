/**
 * How much of a layer's output rounding takes: tr(D H Dᵀ) beside tr(W H Wᵀ), D = W − Q, H the mean of x xᵀ over its inputs.
 * takes  weights, what they became, H or its diagonal or nothing · gives  error, energy, their ratio
 * after  ../walk/matrix, ../allocate/survey
 */
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import { sharedFloats } from '../rows/shared.js'

export interface OutputError {
  /** Mean over tokens of the squared change of the output, summed over rows. */
  readonly error: number
  /** Mean over tokens of the squared output. */
  readonly energy: number
  /** error / energy; 0 where all weights are. */
  readonly relative: number
}

/** What is known of a layer's inputs: all of H (cols × cols), or its diagonal, or nothing (then all columns are equal). */
export interface Inputs {
  readonly hessian?: Float32Array
  readonly diagonal?: Float32Array
}

export async function outputError(
  algebra: LinearAlgebra,
  weights: Float32Array,
  quantized: Float32Array,
  cols: number,
  inputs: Inputs,
): Promise<OutputError> {
  const apart = sharedFloats(weights.length)
  for (let i = 0; i < apart.length; i++) apart[i] = weights[i] - quantized[i]
  const error = await energyOf(algebra, apart, cols, inputs)
  const energy = await energyOf(algebra, weights, cols, inputs)
  return { error, energy, relative: energy > 0 ? error / energy : 0 }
}

/** tr(A H Aᵀ). */
export async function energyOf(
  algebra: LinearAlgebra,
  a: Float32Array,
  cols: number,
  { hessian, diagonal }: Inputs,
): Promise<number> {
  let sum = 0
  if (!hessian) {
    for (let i = 0; i < a.length; i++) sum += a[i] * a[i] * (diagonal ? diagonal[i % cols] : 1)
    return sum
  }
  const rows = a.length / cols
  const ah = sharedFloats(a.length)
  await algebra.multiply(a, hessian, ah, { m: rows, n: cols, k: cols })
  for (let i = 0; i < a.length; i++) sum += a[i] * ah[i]
  // Rounding of a tiny difference may end below 0.
  return Math.max(0, sum)
}
