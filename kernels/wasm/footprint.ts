/**
 * What the wasm engine will hold for a graph: packed weights, buffers, one state.
 * takes  graph, tensors, options · gives  Footprint
 * before ./linear/kernel · after sdk/open
 */
import type { FootprintOptions } from '../../hal/backend.js'
import { wasmFeatures } from '../../hal/detect/wasm.js'
import { tensorBytes } from '../../hal/dtypes/index.js'
import type { Footprint } from '../../hal/footprint.js'
import type { Tensor } from '../../hal/tensor.js'
import { checkGraph } from '../graph/check.js'
import type { Graph } from '../graph/graph.js'
import { sliceWeights } from '../graph/slice.js'
import { chunk } from './compiled.js'
import { kernelOf } from './linear/kernel.js'
import { described } from './send.js'

export function wasmFootprint(
  graph: Graph,
  whole: ReadonlyMap<string, Tensor>,
  { context = graph.context }: FootprintOptions = {},
): Footprint {
  const tensors = sliceWeights(graph, whole)
  checkGraph(graph, tensors)
  const features = wasmFeatures()
  const packed = new Set<string>()
  const raw = new Set<string>()
  let [weights, opening, prepared] = [0, 0, 0]
  for (const op of [...graph.body, ...graph.head]) {
    if (!('weight' in op)) continue
    const { name, dtype, shape, file } = tensors.get(op.weight) as Tensor
    const [cols, ...outer] = shape
    const rows = outer.reduce((a, b) => a * b, 1)
    const bytes = tensorBytes(dtype, rows * cols)
    if (op.op === 'linear') {
      const kernel = kernelOf({ ...described(dtype, name), rows, cols }, op.mode, features)
      prepared = Math.max(prepared, kernel.form.bytes(cols) + (kernel.rounds ? 4 * cols : 0))
      const key = `${op.mode} ${name}`
      if (!packed.has(key)) weights += kernel.packedBytes(rows, cols)
      packed.add(key)
    } else if (op.op !== 'embed') weights += 4 * rows * cols
    // What lies in no file is copied to shared memory, and stays where it embeds.
    if (raw.has(name) || file) continue
    raw.add(name)
    if (op.op === 'embed') weights += bytes
    else opening += bytes
  }
  const widths = Object.values(graph.buffers).reduce((sum, width) => sum + width, 0)
  return {
    weights,
    mapped: 0,
    buffers: Math.min(chunk, context) * (4 * widths + prepared),
    ...(opening > 0 && { opening }),
    state: graph.layers * 2 * graph.kvHeads * graph.headDim * context * 4,
  }
}
