/**
 * Least squares for a handful of features, by the normal equations.
 * takes  rows of features and what they should give · gives  one coefficient for each feature
 * after  ./element, ./stores
 */
import { LutraError } from '../../../hal/error.js'

export function leastSquares(features: readonly (readonly number[])[], values: readonly number[]): number[] {
  const count = features[0]?.length ?? 0
  // [AᵀA | Aᵀy], solved by Gauss with pivots.
  const matrix = Array.from({ length: count }, (_, i) => [
    ...Array.from({ length: count }, (_, j) => features.reduce((sum, row) => sum + row[i] * row[j], 0)),
    features.reduce((sum, row, r) => sum + row[i] * values[r], 0),
  ])
  for (let i = 0; i < count; i++) {
    const pivot = matrix
      .slice(i)
      .reduce((best, row, at) => (Math.abs(row[i]) > Math.abs(matrix[best][i]) ? at + i : best), i)
    ;[matrix[i], matrix[pivot]] = [matrix[pivot], matrix[i]]
    if (Math.abs(matrix[i][i]) < 1e-12)
      throw new LutraError('mismatch', `Expected points that tell ${count} features apart but found ${features.length}`)
    for (let r = 0; r < count; r++) {
      if (r === i) continue
      const factor = matrix[r][i] / matrix[i][i]
      for (let c = i; c <= count; c++) matrix[r][c] -= factor * matrix[i][c]
    }
  }
  return matrix.map((row, i) => row[count] / row[i])
}

/** The line through points (x, y). */
export function line(points: readonly (readonly [number, number])[]): (x: number) => number {
  const [constant, slope] = leastSquares(
    points.map(([x]) => [1, x]),
    points.map(([, y]) => y),
  )
  return (x) => constant + slope * x
}
