/**
 * Llama and what is built like it: rotary pairs, SiLU gate, grouped KV heads, own or tied head.
 * takes  metadata under `llama.`, tensors · gives  Graph
 */
import type { Tensor } from '../../../hal/tensor.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import type { MetadataValue } from '../model-file.js'
import { Metadata } from './metadata.js'
import { readSizes } from './sizes.js'
import { buildTransformer } from './transformer.js'

export function llama(values: ReadonlyMap<string, MetadataValue>, tensors: ReadonlyMap<string, Tensor>): Graph {
  return buildTransformer(readSizes(new Metadata(values, 'llama'), tensors), tensors, {
    architecture: 'llama',
    rope: 'pairs',
    activation: 'silu',
    subNorms: false,
    // Weights of one scale per tensor come from training with int8 activations (BitNet's Llama 3, Falcon 3).
    mode: (weight) => (weight.dtype.ternary && weight.dtype.tailBytes > 0 ? 'int8' : 'float'),
  })
}
