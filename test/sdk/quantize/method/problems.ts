/**
 * Layers for the tests of methods: correlated inputs from a seed, and a real model's first layer on its own embeddings.
 * gives  Problems with Hessians; the loss tr((W − Q) H (W − Q)ᵀ) of what a method wrote
 */
import { tensorBytes } from '../../../../hal/dtypes/index.js'
import { openModelFile } from '../../../../sdk/model/open-model-file.js'
import { gridOf } from '../../../../sdk/quantize/grid/index.js'
import type { Method, Problem } from '../../../../sdk/quantize/method/problem.js'
import { floatWeights } from '../../../../sdk/quantize/source/weights.js'
import { normal, random } from '../../../kernels/random.js'
import { sharedData } from '../../model/shared-data.js'

/** H = mean of x xᵀ over rows of x (tokens × cols). */
export function gram(x: Float32Array, cols: number): Float32Array {
  const tokens = x.length / cols
  const h = new Float64Array(cols * cols)
  for (let t = 0; t < x.length; t += cols)
    for (let i = 0; i < cols; i++) for (let j = 0; j < cols; j++) h[i * cols + j] += (x[t + i] * x[t + j]) / tokens
  return Float32Array.from(h)
}

/** Few directions, some channels far larger than others: what activations of transformers are like. */
export function correlated(tokens: number, cols: number, seed: number): Float32Array {
  const next = random(seed)
  const directions = Math.ceil(cols / 4)
  const mix = Float32Array.from({ length: directions * cols }, () => normal(next) / Math.sqrt(directions))
  const size = Float32Array.from({ length: cols }, () => (next() < 0.05 ? 8 : 0.5 + next()))
  const x = new Float32Array(tokens * cols)
  for (let t = 0; t < tokens; t++) {
    for (let d = 0; d < directions; d++) {
      const much = normal(next)
      for (let c = 0; c < cols; c++) x[t * cols + c] += much * mix[d * cols + c]
    }
    for (let c = 0; c < cols; c++) x[t * cols + c] = (x[t * cols + c] + 0.3 * normal(next)) * size[c]
  }
  return x
}

export function problemOf(name: string, grid: string, weights: Float32Array, hessian: Float32Array): Problem {
  const cols = Math.sqrt(hessian.length)
  const rows = weights.length / cols
  const diagonal = Float32Array.from({ length: cols }, (_, i) => hessian[i * cols + i])
  const bytes = new Uint8Array(tensorBytes(gridOf(grid).dtype, weights.length))
  return { name, rows, cols, weights, grid, diagonal, hessian, bytes }
}

export function randomProblem(grid: string, rows: number, cols: number, seed = 1): Problem {
  const next = random(seed)
  const weights = Float32Array.from({ length: rows * cols }, () => (normal(next) * 0.5) / Math.sqrt(cols))
  return problemOf('random', grid, weights, gram(correlated(2 * cols, cols, seed + 1), cols))
}

/** A matrix of the first attention with the normed embeddings of the whole vocabulary as its inputs. */
export async function realProblem(file: string, tensor: string, grid: string): Promise<Problem> {
  const model = floatWeights(await openModelFile(sharedData.path(...file.split('/'))))
  const [cols] = model.shapes.get('token_embd.weight') as number[]
  const x = await model.read('token_embd.weight')
  const gain = await model.read('blk.0.attn_norm.weight')
  for (let t = 0; t < x.length; t += cols) {
    let square = 0
    for (let c = 0; c < cols; c++) square += x[t + c] ** 2
    for (let c = 0; c < cols; c++) x[t + c] *= gain[c] / Math.sqrt(square / cols + 1e-5)
  }
  return problemOf(tensor, grid, await model.read(tensor), gram(x, cols))
}

/** Per row, of what lies in `problem.bytes` against weights (default: the problem's). */
export function losses(problem: Problem, weights = problem.weights): Float64Array {
  const { rows, cols, bytes, grid, hessian } = problem
  const error = new Float32Array(weights.length)
  gridOf(grid).dtype.decode(bytes, weights.length, 0, weights.length, error)
  for (let i = 0; i < error.length; i++) error[i] = weights[i] - error[i]
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = 0
    for (let i = 0; i < cols; i++) {
      let dot = 0
      for (let j = 0; j < cols; j++) dot += (hessian as Float32Array)[i * cols + j] * error[r * cols + j]
      sum += dot * error[r * cols + i]
    }
    return sum
  })
}

export const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0)

/** Runs a method on all rows, in two goes as two threads would, and gives its losses. */
export function lossesOf<O>(method: Method<O>, problem: Problem, options: O): Float64Array {
  const weights = problem.weights.slice()
  problem.bytes.fill(0xff)
  const half = problem.rows >> 1
  method.run(problem, 0, half, options)
  method.run(problem, half, problem.rows, options)
  return losses(problem, weights)
}
