/** Small layers with inputs that hang together, and a pool that runs jobs in this thread. */

import { tsLinearAlgebra } from '../../../../kernels/ts/linear-algebra.js'
import type { Tools } from '../../../../sdk/quantize/feedback/gptq.js'
import { type JobName, jobs } from '../../../../sdk/quantize/rows/jobs.js'

export const tools: Tools = {
  algebra: tsLinearAlgebra(),
  pool: {
    async run(name: JobName, given: never, rows: number) {
      jobs[name](given, 0, Math.ceil(rows / 2))
      jobs[name](given, Math.ceil(rows / 2), rows)
    },
  },
}

export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
}

export interface Layer {
  readonly rows: number
  readonly cols: number
  readonly weights: Float32Array
  readonly hessian: Float32Array
}

/** H = mean x xᵀ of inputs that are mixtures of a quarter as many sources, some columns ten times as loud. */
export function layer(rows: number, cols: number, seed = 7): Layer {
  const next = random(seed)
  const weights = Float32Array.from({ length: rows * cols }, () => next() + next() + next())
  const sources = Math.max(1, cols >> 2)
  const mix = Float32Array.from({ length: cols * sources }, () => next())
  const loud = Float32Array.from({ length: cols }, (_, i) => (i % 13 === 5 ? 10 : 1))
  const hessian = new Float32Array(cols * cols)
  const tokens = 2 * cols
  for (let t = 0; t < tokens; t++) {
    const source = Float32Array.from({ length: sources }, () => next())
    const x = Float32Array.from({ length: cols }, (_, i) => {
      let sum = 0.05 * next()
      for (let s = 0; s < sources; s++) sum += mix[i * sources + s] * source[s]
      return sum * loud[i]
    })
    for (let i = 0; i < cols; i++) for (let k = 0; k < cols; k++) hessian[i * cols + k] += (x[i] * x[k]) / tokens
  }
  return { rows, cols, weights, hessian }
}

/** tr((W − Q) H (W − Q)ᵀ) in float64. */
export function loss({ rows, cols, weights, hessian }: Layer, quantized: Float32Array): number {
  let sum = 0
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < cols; i++) {
      const d = weights[r * cols + i] - quantized[r * cols + i]
      if (d === 0) continue
      for (let k = 0; k < cols; k++)
        sum += d * hessian[i * cols + k] * (weights[r * cols + k] - quantized[r * cols + k])
    }
  return sum
}

export function decoded(
  dtype: { decode(bytes: Uint8Array, total: number, from: number, count: number, out: Float32Array): void },
  bytes: Uint8Array,
  count: number,
): Float32Array {
  const values = new Float32Array(count)
  dtype.decode(bytes, count, 0, count, values)
  return values
}
