/**
 * What the ts engine will hold for a graph at its peak, which is while it compiles: the weights as they lie in the file,
 * beside those that it decodes or takes apart.
 * takes  graph, tensors, options · gives  Footprint
 */
import type { FootprintOptions } from '../../hal/backend.js'
import { F32, isNamed, tensorBytes } from '../../hal/dtypes/index.js'
import type { Footprint } from '../../hal/footprint.js'
import type { Tensor } from '../../hal/tensor.js'
import { checkGraph } from '../graph/check.js'
import type { Graph } from '../graph/graph.js'
import { sliceWeights } from '../graph/slice.js'
import { chunk } from './compiled.js'
import { decodedLimit } from './weight.js'

export function tsFootprint(
  graph: Graph,
  whole: ReadonlyMap<string, Tensor>,
  { context = graph.context, lent = () => false }: FootprintOptions = {},
): Footprint {
  const tensors = sliceWeights(graph, whole)
  checkGraph(graph, tensors)
  const [seen, multiplied] = [new Set<string>(), new Set<string>()]
  let [raw, decoded, apart, largest] = [0, 0, 0, 0]
  for (const op of [...graph.body, ...graph.head]) {
    if (!('weight' in op)) continue
    const tensor = tensors.get(op.weight) as Tensor
    const { shape } = tensor
    // A user's own format crosses to the worker as float32 (./send).
    const dtype = isNamed(tensor.dtype) ? tensor.dtype : F32
    const elements = shape.reduce((a, b) => a * b, 1)
    if (!seen.has(op.weight)) raw += tensorBytes(dtype, elements)
    seen.add(op.weight)
    if (op.op !== 'linear' || multiplied.has(op.weight)) continue
    multiplied.add(op.weight)
    if (dtype.uniform && lent(tensor, op.mode)) {
      const { bits, segment = shape[0], minimum } = dtype.uniform
      apart += (elements * bits) / 8 + (minimum ? 8 : 4) * (elements / segment)
      largest = Math.max(largest, elements)
    } else if (op.mode === 'int8' && dtype.ternary) apart += elements / 4 + 8 * (elements / Math.min(256, shape[0]))
    else decoded += 4 * elements
  }
  const widths = Object.values(graph.buffers).reduce((sum, width) => sum + width, 0)
  return {
    // One tensor at a time lies there as values, a byte each, until an accelerator has packed it.
    weights: raw + Math.min(decoded, decodedLimit) + apart + largest,
    mapped: 0,
    buffers: chunk * 4 * widths + 16 * context,
    state: graph.layers * 2 * graph.kvHeads * graph.headDim * context * 4,
  }
}
