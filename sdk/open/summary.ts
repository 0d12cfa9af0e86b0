/** What a model is, in numbers. */
import type { Program } from '../../hal/backend.js'
import type { Graph } from '../../kernels/graph/graph.js'
import type { ModelFile } from '../model/model-file.js'
import { weightTypes } from './memory.js'

export interface ModelSummary {
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly architecture: string
  readonly layers: number
  readonly vocab: number
  readonly context: number
  readonly parameters: number
  readonly types: Readonly<Record<string, { readonly tensors: number; readonly weights: number }>>
  readonly residentBytes: number
}

export function summaryOf(name: string, file: ModelFile, graph: Graph, program: Program): ModelSummary {
  const { types } = weightTypes(file.tensors)
  const parameters = Object.values(types).reduce((sum, { weights }) => sum + weights, 0)
  const { architecture, layers, vocab } = graph
  const { context, residentBytes } = program
  const { path, bytes } = file
  return { name, path, bytes, architecture, layers, vocab, context, parameters, types, residentBytes }
}
