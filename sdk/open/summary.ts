/** What a model is, in numbers. */
import type { Program } from '../../hal/backend.js'
import type { Graph } from '../../kernels/graph/graph.js'
import type { ModelFile } from '../model/model-file.js'

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
  const types: Record<string, { tensors: number; weights: number }> = {}
  let parameters = 0
  for (const { dtype, shape } of file.tensors.values()) {
    const weights = shape.reduce((a, b) => a * b, 1)
    parameters += weights
    const row = types[dtype.name] ?? { tensors: 0, weights: 0 }
    types[dtype.name] = { tensors: row.tensors + 1, weights: row.weights + weights }
  }
  const { architecture, layers, vocab } = graph
  const { context, residentBytes } = program
  const { path, bytes } = file
  return { name, path, bytes, architecture, layers, vocab, context, parameters, types, residentBytes }
}
