/**
 * What calibration tells of one input: H = mean of x xᵀ over the quantized model's inputs and, where the float model's are
 * known too, what the weights should be given them (asymmetric calibration, as GPTAQ, Li et al., 2025, here in closed form).
 * takes  inputs (tokens × cols) · before ./matrix
 */
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import type { Prepared } from '../feedback/gptq.js'
import { sharedFloats } from '../rows/shared.js'

export interface Statistics {
  readonly tokens: number
  readonly cols: number
  /** cols × cols, symmetric. */
  readonly hessian: Float32Array
  readonly diagonal: Float32Array
  /** Of the inputs, where they were seen. */
  readonly range?: { readonly least: number; readonly most: number }
  /** (float − quantized)ᵀ quantized / tokens, cols × cols; absent where both are the same, or not asked for. */
  readonly drift?: Float32Array
}

export async function statisticsOf(
  algebra: LinearAlgebra,
  cols: number,
  inputs: Float32Array,
  exact: Float32Array | undefined,
): Promise<Statistics> {
  const tokens = inputs.length / cols
  const hessian = sharedFloats(cols * cols)
  await algebra.gram(inputs, hessian, tokens, cols, 1 / tokens)
  const diagonal = Float32Array.from({ length: cols }, (_, i) => hessian[i * cols + i])
  const range = rangeOf(inputs)
  if (!exact) return { tokens, cols, hessian, diagonal, range }
  const apart = sharedFloats(inputs.length)
  for (let i = 0; i < apart.length; i++) apart[i] = exact[i] - inputs[i]
  const drift = sharedFloats(cols * cols)
  await algebra.multiply(apart, inputs, drift, { m: cols, n: cols, k: tokens, transposeA: true, alpha: 1 / tokens })
  return { tokens, cols, hessian, diagonal, range, drift }
}

function rangeOf(values: Float32Array): { least: number; most: number } {
  let [least, most] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most }
}

/**
 * The least squares answer of (quantized inputs) → (the float model's outputs), held to W by the damping:
 * W + W · drift · inverse(H + λ). U is of the damped H, in the order of `order`.
 */
export async function answering(
  algebra: LinearAlgebra,
  weights: Float32Array,
  { cols, drift }: Statistics,
  { upper, order }: Pick<Prepared, 'upper' | 'order'>,
): Promise<Float32Array> {
  if (!drift) return weights
  const rows = weights.length / cols
  const moved = sharedFloats(weights.length)
  await algebra.multiply(weights, drift, moved, { m: rows, n: cols, k: cols })
  const ordered = sharedFloats(weights.length)
  for (let at = 0; at < moved.length; at += cols) for (let p = 0; p < cols; p++) ordered[at + p] = moved[at + order[p]]
  await algebra.solve(upper, cols, ordered, rows)
  const target = sharedFloats(weights.length)
  for (let at = 0; at < moved.length; at += cols)
    for (let p = 0; p < cols; p++) target[at + order[p]] = weights[at + order[p]] + ordered[at + p]
  return target
}
