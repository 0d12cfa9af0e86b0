/**
 * Matrix times vectors in floats, sums in float64: the truth that every faster linear answers to.
 * takes  weight (rows × cols), x (tokens × cols) float32 · gives  y (tokens × rows) float32
 * before ./weight · after ./compiled
 */
import type { Matrix } from './weight.js'

export function linear(weight: Matrix, x: Float32Array, y: Float32Array, from: number, n: number): void {
  const { rows, cols, data } = weight
  const whole = cols - (cols % 4)
  for (let r = 0; r < rows; r++) {
    const w = weight.load(r)
    for (let t = from; t < from + n; t++) {
      const a = t * cols
      // Four sums, so that additions need not wait for each other.
      let s0 = 0
      let s1 = 0
      let s2 = 0
      let s3 = 0
      for (let c = 0; c < whole; c += 4) {
        s0 += data[w + c] * x[a + c]
        s1 += data[w + c + 1] * x[a + c + 1]
        s2 += data[w + c + 2] * x[a + c + 2]
        s3 += data[w + c + 3] * x[a + c + 3]
      }
      for (let c = whole; c < cols; c++) s0 += data[w + c] * x[a + c]
      y[t * rows + r] = s0 + s1 + (s2 + s3)
    }
  }
}
