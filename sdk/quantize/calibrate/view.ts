/**
 * A model's weights as ops name them: slices of fused matrices are rows of the whole, and some matrices may be others.
 * takes  FloatWeights, what stands in the place of which · gives  Applied · before ./apply · after ./forward, ../walk
 */
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import { type FloatWeights, rowsOf, shapeOf } from '../source/weights.js'
import type { Applied } from './apply.js'

/** Rows [from, to) of a tensor's other values; undefined: the model's own. */
export type Instead = (tensor: string, from: number, to: number) => Float32Array | undefined

export function viewOf(model: FloatWeights, algebra: LinearAlgebra, instead: Instead = () => undefined): Applied {
  const { graph } = model
  return {
    graph,
    algebra,
    vector: (name) => model.read(name),
    coded: (name) => model.stored(graph.slices?.[name]?.weight ?? name)?.dtype.ternary === true,
    shape(name) {
      const slice = graph.slices?.[name]
      const shape = shapeOf(model, slice?.weight ?? name)
      return slice ? [shape[0], slice.rows] : shape
    },
    async rows(name, from, to) {
      const { weight, from: first } = graph.slices?.[name] ?? { weight: name, from: 0 }
      return instead(weight, first + from, first + to) ?? rowsOf(model, weight, first + from, first + to)
    },
  }
}
