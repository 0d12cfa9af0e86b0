/**
 * Qwen 2 and 2.5 (biases on queries, keys and values) and Qwen 3 (a norm of each of their heads instead).
 * takes  metadata under `qwen2.` or `qwen3.`, tensors · gives  Graph
 */
import type { Graph } from '../../../kernels/graph/graph.js'
import { readRotation } from './rope.js'
import { readSizes } from './sizes.js'
import type { Source } from './source.js'
import { buildTransformer, modeByFormat } from './transformer.js'
import { readWindow } from './window.js'

/** Its biases are those that the file has. */
export function qwen2(source: Source): Graph {
  return build(false, source)
}

export function qwen3(source: Source): Graph {
  return build(true, source)
}

function build(headNorms: boolean, { metadata, weights, wanted }: Source): Graph {
  const sizes = readSizes(metadata, weights.tensors, ['attention.sliding_window'])
  const { rotation, context } = readRotation(metadata, weights, sizes, wanted)
  const window = readWindow(metadata)
  return buildTransformer({ ...sizes, context }, weights, {
    architecture: metadata.architecture,
    rope: 'halves',
    activation: 'silu',
    layer: () => ({ rotation, window }),
    mode: modeByFormat,
    headNorms,
  })
}
