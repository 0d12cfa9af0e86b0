/**
 * BitNet b1.58: Llama with rotary halves, norms before the output and down projections, int8 activations in every layer.
 * takes  metadata under `bitnet.` (SiLU gate) or `bitnet-b1.58.` (2B-4T: squared ReLU), tensors · gives  Graph
 */
import type { Graph } from '../../../kernels/graph/graph.js'
import { readRotation } from './rope.js'
import { readSizes } from './sizes.js'
import type { Source } from './source.js'
import { buildTransformer } from './transformer.js'

export function bitnet(source: Source): Graph {
  return build('silu', source)
}

/** Microsoft's 2B-4T. */
export function bitnetB158(source: Source): Graph {
  return build('relu2', source)
}

function build(activation: 'silu' | 'relu2', { metadata, weights, wanted }: Source): Graph {
  const sizes = readSizes(metadata, weights.tensors)
  const { rotation, context } = readRotation(metadata, weights, sizes, wanted)
  return buildTransformer({ ...sizes, context }, weights, {
    architecture: metadata.architecture,
    rope: 'halves',
    activation,
    layer: () => ({ rotation }),
    mode: () => 'int8',
    subNorms: true,
  })
}
