/**
 * BitNet b1.58: Llama with rotary halves, norms before the output and down projections, int8 activations in every layer.
 * takes  metadata under `bitnet.` (SiLU gate) or `bitnet-b1.58.` (2B-4T: squared ReLU), tensors · gives  Graph
 */
import type { Tensor } from '../../../hal/tensor.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import type { MetadataValue } from '../model-file.js'
import { Metadata } from './metadata.js'
import { readSizes } from './sizes.js'
import { buildTransformer } from './transformer.js'

export function bitnet(values: ReadonlyMap<string, MetadataValue>, tensors: ReadonlyMap<string, Tensor>): Graph {
  return build('bitnet', 'silu', values, tensors)
}

/** Microsoft's 2B-4T. */
export function bitnetB158(values: ReadonlyMap<string, MetadataValue>, tensors: ReadonlyMap<string, Tensor>): Graph {
  return build('bitnet-b1.58', 'relu2', values, tensors)
}

function build(
  architecture: string,
  activation: 'silu' | 'relu2',
  values: ReadonlyMap<string, MetadataValue>,
  tensors: ReadonlyMap<string, Tensor>,
): Graph {
  return buildTransformer(readSizes(new Metadata(values, architecture), tensors), tensors, {
    architecture,
    rope: 'halves',
    activation,
    subNorms: true,
    mode: () => 'int8',
  })
}
