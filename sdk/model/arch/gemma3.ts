/**
 * Gemma 3, its text part: five layers that see a window, with a rotary base of their own, then one that sees all.
 * takes  metadata under `gemma3.`, tensors (norm weights with the 1 already added, as converters write them)
 * gives  Graph
 */
import type { Graph } from '../../../kernels/graph/graph.js'
import * as limits from './limits.js'
import { plainRotation, readRotation } from './rope.js'
import { readSizes } from './sizes.js'
import type { Source } from './source.js'
import { buildTransformer, modeByFormat } from './transformer.js'
import { readPattern, readWindow } from './window.js'

/** The 27B model, which no key of GGUF tells apart: it scales scores by width / heads, which is not its head's size. */
const layersOf27B = 62

/** Keys beyond the sizes. */
const own = ['attention.scale', 'attention.sliding_window', 'attention.sliding_window_pattern', 'rope.freq_base_swa']

export function gemma3({ metadata, weights, wanted }: Source): Graph {
  const sizes = readSizes(metadata, weights.tensors, own)
  const { width, heads, headDim, layers, ropeDims } = sizes
  const { rotation, context } = readRotation(metadata, weights, sizes, wanted, ['none', 'linear'])
  const local = plainRotation(metadata.real('rope.freq_base_swa', 1, limits.maxTheta, 10_000), ropeDims)
  const window = readWindow(metadata)
  const isLocal = readPattern(metadata, layers, 6)
  const usualScale = 1 / Math.sqrt(layers === layersOf27B ? width / heads : headDim)
  return buildTransformer({ ...sizes, context }, weights, {
    architecture: metadata.architecture,
    rope: 'halves',
    activation: 'gelu',
    layer: (layer) => (window && isLocal(layer) ? { rotation: local, window } : { rotation }),
    mode: modeByFormat,
    headNorms: true,
    postNorms: true,
    embedScale: Math.sqrt(width),
    attentionScale: metadata.real('attention.scale', 0, limits.maxAttentionScale, 0) || usualScale,
  })
}
