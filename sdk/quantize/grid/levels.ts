/** Small things that grids share: lists of levels, and a row's mean square as ggml sums it. */
import { sumSquares } from './scales/reference-signed.js'

/** All whole numbers lowest … highest. */
export function levels(lowest: number, highest: number): Float32Array {
  return Float32Array.from({ length: highest - lowest + 1 }, (_, c) => lowest + c)
}

/** `count` numbers first … last in equal steps. */
export function even(first: number, last: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => first + ((last - first) * k) / (count - 1))
}

/** Mean of squares of a row, in float32 and in order. */
export function meanSquare(row: Float32Array): number {
  return Math.fround(sumSquares(row.length, row, 0) / row.length)
}
