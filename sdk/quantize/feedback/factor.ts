/**
 * U with inverse(H + λ) = Uᵀ U, λ a share of H's mean diagonal, more where that does not do.
 * takes  H as measured · gives  damped H, U, the share used; undefined where no damping helps
 * before ./gptq
 */
import { LutraError } from '../../../hal/error.js'
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import { sharedFloats } from '../rows/shared.js'

export interface Factored {
  /** H + λ. */
  readonly hessian: Float32Array
  readonly upper: Float32Array
  /** λ over the mean of H's diagonal. */
  readonly damping: number
}

/** Each try multiplies the damping by ten; 1 % becomes ten times the mean. */
const TRIES = 4

/** Spoils `hessian`: it becomes the damped one. */
export async function factor(
  algebra: LinearAlgebra,
  name: string,
  hessian: Float32Array,
  n: number,
  damping: number,
): Promise<Factored | undefined> {
  let sum = 0
  for (let i = 0; i < n; i++) sum += hessian[i * n + i]
  if (!Number.isFinite(sum))
    throw new LutraError('format', `Expected finite activations before ${name} but their squares sum to ${sum}`)
  // Nothing ever reached this layer: all columns are alike.
  const mean = sum > 0 ? sum / n : 1
  const upper = sharedFloats(n * n)
  let added = 0
  for (let tried = 0, share = damping; tried < TRIES; tried++, share *= 10) {
    for (let i = 0; i < n; i++) hessian[i * n + i] += share * mean - added
    added = share * mean
    upper.set(hessian)
    if (await algebra.inverseCholesky(upper, n)) return { hessian, upper, damping: share }
  }
  return undefined
}
