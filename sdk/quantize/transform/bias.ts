/**
 * Bias correction (Nagel et al., 2019, arXiv 1906.04721): rounding moves a layer's mean output by (W − Q) E[x]; a bias puts it
 * back. Only where the file's other readers take a bias: not every architecture has one.
 * takes  FloatWeights, mean output errors by tensor · gives  FloatWeights with biases · after  ../walk
 */
import { LutraError } from '../../../hal/error.js'
import { type FloatWeights, shapeOf } from '../source/weights.js'
import { Changes } from './changes.js'

/** Matrices of a layer that may have a bias in llama.cpp's loader, by architecture; it refuses tensors that it does not know. */
const biased: Readonly<Record<string, readonly string[]>> = {
  llama: ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'],
  qwen2: ['attn_q', 'attn_k', 'attn_v'],
}

/** Why a matrix cannot get a bias; undefined where it can. */
export function whyNoBias(weights: FloatWeights, tensor: string): string | undefined {
  const { architecture } = weights.graph
  if (weights.shapes.has(biasName(tensor))) return undefined
  const part = /^blk\.\d+\.(\w+)\.weight$/.exec(tensor)?.[1] ?? ''
  if (!(biased[architecture] ?? []).includes(part)) return `readers of ${architecture} take no bias of ${tensor}`
  // Their loader expects as many as the model is wide, whatever the heads' size.
  const width = shapeOf(weights, 'token_embd.weight')[0]
  const rows = shapeOf(weights, tensor)[1]
  if (part === 'attn_q' && rows !== width)
    return `readers expect a bias of ${width} for ${tensor}, which has ${rows} rows`
  return undefined
}

/** (W − Q) E[x], what is added to the bias; W and Q are rows × cols, `mean` is the mean input. */
export function meanError(weights: Float32Array, quantized: Float32Array, mean: Float32Array): Float32Array {
  const cols = mean.length
  return Float32Array.from({ length: weights.length / cols }, (_, row) => {
    let sum = 0
    for (let c = 0, at = row * cols; c < cols; c++, at++) sum += (weights[at] - quantized[at]) * mean[c]
    return sum
  })
}

/**
 * With its bias corrected, a layer loses by the inputs' covariance alone: H − E[x] E[x]ᵀ, in place, is what methods should then
 * take for H.
 */
export function centre(hessian: Float32Array, mean: Float32Array): void {
  const cols = mean.length
  for (let i = 0; i < cols; i++) {
    for (let j = 0; j < cols; j++) hessian[i * cols + j] -= mean[i] * mean[j]
    // Rounding must not make a variance negative.
    hessian[i * cols + i] = Math.max(0, hessian[i * cols + i])
  }
}

/**
 * Adds mean errors to the biases of the matrices they are named by; where there is none a new one begins at 0.
 * @throws LutraError unsupported where readers of the architecture take no such bias, mismatch where lengths differ.
 */
export function correctBiases(weights: FloatWeights, errors: ReadonlyMap<string, Float32Array>): FloatWeights {
  const changes = new Changes(weights)
  for (const [tensor, error] of errors) {
    const why = whyNoBias(weights, tensor)
    if (why) throw new LutraError('unsupported', `Expected a matrix that may have a bias but ${why}`)
    const rows = shapeOf(weights, tensor)[1]
    if (error.length !== rows)
      throw new LutraError('mismatch', `Expected ${rows} mean errors for ${tensor} but found ${error.length}`)
    const name = biasName(tensor)
    if (!weights.shapes.has(name)) changes.zeros(name, [rows])
    changes.edit(name, (values) => {
      for (let i = 0; i < rows; i++) values[i] += error[i]
    })
  }
  return changes.apply()
}

function biasName(tensor: string): string {
  return tensor.replace(/\.weight$/, '.bias')
}
