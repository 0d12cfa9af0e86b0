/**
 * From the array's sums to Σ value · x. The array reads a code u as u, or, reinterpreted, as 2u - (2^b - 1); value is
 * u + lowest.
 * takes  a sum of the array, Σ x over the same columns · gives  Σ value · x
 * after  ../core, ../lmma
 */
import type { CoreConfig } from '../config.js'

export function correct(
  { ideas }: Pick<CoreConfig, 'ideas'>,
  { bits, lowest }: { readonly bits: number; readonly lowest: number },
  sum: number,
  sumOfX: number,
): number {
  return ideas.reinterpretation ? (sum + (2 ** bits - 1 + 2 * lowest) * sumOfX) / 2 : sum + lowest * sumOfX
}
