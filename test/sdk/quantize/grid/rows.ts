/**
 * Rows and importance for the reference vectors: only sums and products of random numbers, so every machine makes the same.
 * Row r is of kind r: even, with outliers, one-sided, small with runs of zeros.
 */
import { random } from './blocks.js'

export const rows = 4
export const cols = 1024

export function referenceRows(): { readonly weights: Float32Array; readonly importance: Float32Array } {
  const next = random(20261127)
  const bell = () => next() + next() + next() + next() - 2
  const kinds = [
    () => 0.05 * bell(),
    () => 0.3 * bell() ** 5,
    () => 0.02 + 0.01 * bell(),
    (i: number) => (i % 96 < 32 || i % 256 > 207 ? 0 : 1e-4 * bell()),
  ]
  const weights = Float32Array.from({ length: rows * cols }, (_, i) => kinds[Math.floor(i / cols)](i))
  const importance = Float32Array.from({ length: cols }, () => 4 * next() ** 4)
  return { weights, importance }
}
