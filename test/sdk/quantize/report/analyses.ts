import type { Analysis, TensorAnalysis } from '../../../../sdk/quantize/report/analysis.js'
import { measureInputs, measureWeights } from '../../../../sdk/quantize/report/measure.js'
import { normal, random } from '../../../kernels/random.js'

/** A tensor of random weights, rounded to `step`. */
export function madeTensor(name: string, change: Partial<TensorAnalysis> = {}, seed = 1, step = 0.1): TensorAnalysis {
  const next = random(seed)
  const weights = Float32Array.from({ length: 64 * 32 }, () => normal(next))
  const quantized = weights.map((value) => Math.round(value / step) * step)
  return {
    ...{ name, rows: 64, cols: 32, type: 'Q4_0', bytes: 64 * 18, method: 'gptq', error: 0.001 },
    ...measureWeights(weights, quantized, 32),
    inputs: measureInputs(Float32Array.from({ length: 32 }, (_, i) => 1 + i / 32)),
    ...change,
  }
}

export function madeAnalysis(layers = 4): Analysis {
  const tensors = Array.from({ length: layers }, (_, i) =>
    ['attn_q', 'attn_v', 'ffn_down'].map((kind, k) =>
      madeTensor(`blk.${i}.${kind}.weight`, { error: 0.001 * (1 + i + 3 * k) }, 1 + i * 3 + k),
    ),
  ).flat()
  return {
    name: 'made',
    architecture: 'llama',
    about: [['Budget', '4.5 bits a weight']],
    ...{ bytesBefore: 1e6, bytesAfter: 2e5, kld: 0.0123, perplexityBefore: 5.1, perplexityAfter: 5.2, sameTop: 0.95 },
    tensors: [...tensors, madeTensor('output.weight', { error: 0.02, type: 'Q6_K', bytes: 64 * 26 })],
  }
}
