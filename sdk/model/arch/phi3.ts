/**
 * Phi 3, 3.5 and 4: Llama with one matrix for queries, keys and values, one for gate and up, LongRoPE and a window.
 * takes  metadata under `phi3.`, tensors · gives  Graph, its fused matrices cut into rows
 */
import type { Graph } from '../../../kernels/graph/graph.js'
import { readRotation } from './rope.js'
import { readSizes } from './sizes.js'
import type { Source } from './source.js'
import { buildTransformer, modeByFormat } from './transformer.js'
import { readWindow } from './window.js'

/** Early files of the 4k models lack the key. */
const windowOf4k = 2047

export function phi3({ metadata, weights, wanted }: Source): Graph {
  const sizes = readSizes(metadata, weights.tensors, ['attention.sliding_window'])
  const { rotation, context } = readRotation(metadata, weights, sizes, wanted)
  const early = sizes.context === 4096 && (sizes.layers === 32 || sizes.layers === 40)
  const window = readWindow(metadata, early ? windowOf4k : 0)
  return buildTransformer({ ...sizes, context }, weights, {
    architecture: metadata.architecture,
    rope: 'halves',
    activation: 'silu',
    layer: () => ({ rotation, window }),
    mode: modeByFormat,
    fused: true,
  })
}
