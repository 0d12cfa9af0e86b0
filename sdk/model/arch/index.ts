/**
 * From an opened model file to its graph, by `general.architecture`. A new architecture is one file and a line here.
 * takes  metadata and tensors, trusted in nothing · gives  Graph
 * before sdk/model/gguf · after kernels (compile)
 */
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import type { MetadataValue, ModelFile } from '../model-file.js'
import { bitnet, bitnetB158 } from './bitnet.js'
import { llama } from './llama.js'

/** Builds the graph of one architecture; throws LutraError format, limit, mismatch or unsupported. */
export type Architecture = (metadata: ReadonlyMap<string, MetadataValue>, tensors: ReadonlyMap<string, Tensor>) => Graph

export const architectures: ReadonlyMap<string, Architecture> = new Map([
  ['llama', llama],
  ['bitnet', bitnet],
  ['bitnet-b1.58', bitnetB158],
])

export function buildGraph(file: Pick<ModelFile, 'metadata' | 'tensors'>): Graph {
  const name = file.metadata.get('general.architecture')
  if (typeof name !== 'string')
    throw new LutraError('format', 'Expected the key general.architecture but the file does not have it')
  const build = architectures.get(name)
  if (build) return build(file.metadata, file.tensors)
  throw new LutraError(
    'unsupported',
    `Expected an architecture among ${[...architectures.keys()].join(', ')} but found ${JSON.stringify(name.slice(0, 40))}`,
  )
}
