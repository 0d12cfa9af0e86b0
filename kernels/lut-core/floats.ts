/**
 * Float linears made of exact integer ones: each token rounded to int8 with one scale, sums times the weight's scales. What
 * serves a kernel that only has integer programs; the numbers are those of ../core for i8 and exact tables.
 * takes  an exact integer kernel for int8 · gives  a float kernel
 * before ./core/activations · after ./accelerator
 */
import type { FloatKernel, FloatLinear, IntegerKernel, ScaledWeight } from '../../hal/accelerator.js'
import { roundToken } from './core/activations.js'

export function floatsOver(kernel: IntegerKernel): FloatKernel {
  const { name, tokens } = kernel
  const units = new Float32Array(tokens)
  let prepared = 0
  let q = new Int8Array(0)
  const load = (weight: ScaledWeight): FloatLinear | undefined => {
    const { rows, cols, segment, scales, minima } = weight
    const linear = kernel.load(weight)
    const segments = Math.ceil(cols / segment)
    const sums = new Int32Array(tokens * segments * rows)
    const multiply = (y: Float32Array): void => {
      linear?.multiply(sums)
      const totals = new Float64Array(rows)
      for (let t = 0; t < prepared; t++) {
        totals.fill(0)
        for (let s = 0; s < segments; s++) {
          const sumOfX = q.subarray(t * cols + s * segment, t * cols + Math.min((s + 1) * segment, cols)).reduce(add, 0)
          for (let r = 0; r < rows; r++) {
            totals[r] += scales[r * segments + s] * sums[(t * segments + s) * rows + r]
            if (minima) totals[r] += minima[r * segments + s] * sumOfX
          }
        }
        for (let r = 0; r < rows; r++) y[t * rows + r] = totals[r] * units[t]
      }
    }
    return linear && { residentBytes: linear.residentBytes + scales.byteLength + (minima?.byteLength ?? 0), multiply }
  }
  return {
    name,
    tokens,
    load,
    prepare(x, n) {
      const cols = x.length / n
      const values = new Float32Array(x.length)
      for (let t = 0; t < n; t++) units[t] = roundToken('i8', x, t * cols, cols, values)
      q = Int8Array.from(values)
      prepared = n
      kernel.prepare(q, n)
    },
  }
}

function add(a: number, b: number): number {
  return a + b
}
