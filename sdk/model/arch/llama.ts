/**
 * Llama and what is built like it (TinyLlama, SmolLM2, Mistral, Falcon 3): SiLU gate, grouped KV heads, own or tied head.
 * takes  metadata under `llama.`, tensors · gives  Graph
 * Rotary pairs, as converters to GGUF reorder queries and keys; `lutra.rope_style` says halves where they did not.
 */
import { LutraError } from '../../../hal/error.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import { readRotation } from './rope.js'
import { readSizes } from './sizes.js'
import type { Source } from './source.js'
import { buildTransformer, modeByFormat } from './transformer.js'
import { readWindow } from './window.js'

export function llama({ metadata, weights, wanted }: Source): Graph {
  const sizes = readSizes(metadata, weights.tensors, ['attention.sliding_window'])
  const { rotation, context } = readRotation(metadata, weights, sizes, wanted)
  const window = readWindow(metadata)
  const style = metadata.values.get('lutra.rope_style') ?? 'pairs'
  if (style !== 'pairs' && style !== 'halves')
    throw new LutraError('format', 'Expected lutra.rope_style to be pairs or halves but found something else')
  return buildTransformer({ ...sizes, context }, weights, {
    architecture: metadata.architecture,
    rope: style,
    activation: 'silu',
    layer: () => ({ rotation, window }),
    mode: modeByFormat,
  })
}
