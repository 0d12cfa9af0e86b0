/**
 * From an opened model file to its graph, by `general.architecture`. A new architecture is one file and a line here.
 * takes  metadata and tensors, trusted in nothing · gives  Graph
 * before sdk/model/gguf · after kernels (compile)
 */
import { LutraError } from '../../../hal/error.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import type { ModelFile } from '../model-file.js'
import { bitnet, bitnetB158 } from './bitnet.js'
import { gemma3 } from './gemma3.js'
import { llama } from './llama.js'
import { Metadata } from './metadata.js'
import { phi3 } from './phi3.js'
import { qwen2, qwen3 } from './qwen.js'
import type { Source } from './source.js'
import { Weights } from './weights.js'

/** Builds the graph of one architecture; throws LutraError format, limit, mismatch or unsupported. */
export type Architecture = (source: Source) => Graph

export const architectures: ReadonlyMap<string, Architecture> = new Map([
  ['llama', llama],
  ['bitnet', bitnet],
  ['bitnet-b1.58', bitnetB158],
  ['qwen2', qwen2],
  ['qwen3', qwen3],
  ['gemma3', gemma3],
  ['phi3', phi3],
])

export interface BuildOptions {
  /**
   * Tokens that the program will be compiled for; default: the model's own context. Models with LongRoPE turn positions
   * in another way beyond their original context: a graph for less says so in its `context`, and compiles for no more.
   */
  readonly context?: number
}

export function buildGraph(file: Pick<ModelFile, 'metadata' | 'tensors'>, options: BuildOptions = {}): Graph {
  const name = file.metadata.get('general.architecture')
  if (typeof name !== 'string')
    throw new LutraError('format', 'Expected the key general.architecture but the file does not have it')
  const build = architectures.get(name)
  if (build)
    return build({
      metadata: new Metadata(file.metadata, name),
      weights: new Weights(file.tensors),
      wanted: options.context,
    })
  throw new LutraError(
    'unsupported',
    `Expected an architecture among ${[...architectures.keys()].join(', ')} but found ${JSON.stringify(name.slice(0, 40))}`,
  )
}
