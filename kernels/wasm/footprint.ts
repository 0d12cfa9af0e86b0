/**
 * What the wasm engine will hold for a graph: packed weights, buffers, one state; the largest of its tiers.
 * takes  graph, tensors, options · gives  Footprint
 * before ./linear/kernel · after sdk/open
 */
import type { FootprintOptions } from '../../hal/backend.js'
import { tensorBytes } from '../../hal/dtypes/index.js'
import type { Footprint } from '../../hal/footprint.js'
import type { Tensor } from '../../hal/tensor.js'
import { checkGraph } from '../graph/check.js'
import type { Graph } from '../graph/graph.js'
import { shareInputs } from '../graph/rewrite.js'
import { sliceWeights } from '../graph/slice.js'
import { chunk } from './compiled.js'
import { kernelOf } from './linear/kernel.js'
import { described } from './send.js'
import { tiers } from './tiers.js'

/** Of an allocation, at most: alignment and slack. */
const around = 80

export function wasmFootprint(
  graph: Graph,
  whole: ReadonlyMap<string, Tensor>,
  options: FootprintOptions = {},
): Footprint {
  const tensors = sliceWeights(graph, whole)
  checkGraph(graph, tensors)
  const { context = graph.context } = options
  const told = tiers.map(({ needs }) => linearBytes(graph, tensors, options, needs))
  const raw = new Set<string>()
  let [weights, opening] = [0, 0]
  for (const op of [...graph.body, ...graph.head]) {
    if (!('weight' in op)) continue
    const { name, dtype, shape, file } = tensors.get(op.weight) as Tensor
    const elements = shape.reduce((a, b) => a * b, 1)
    if (op.op === 'norm' || op.op === 'gather') weights += 4 * elements + around
    // What lies in no file is copied to shared memory, and stays where it embeds.
    if (raw.has(name) || file) continue
    raw.add(name)
    if (op.op === 'embed') weights += tensorBytes(dtype, elements)
    else opening += tensorBytes(dtype, elements)
  }
  const widths = Object.values(graph.buffers).reduce((sum, width) => sum + width, 0)
  const angles = Math.max(0, ...graph.body.map((op) => (op.op === 'rope' ? op.frequencies.length : 0)))
  const tokens = Math.min(chunk, context)
  return {
    weights: weights + Math.max(...told.map(({ packed }) => packed)),
    mapped: 0,
    // Tables of angles: as a rule one for the model, two where layers differ.
    buffers: tokens * (4 * widths + 32 * angles + Math.max(...told.map(({ prepared }) => prepared))) + 65536,
    ...(opening > 0 && { opening }),
    state: graph.layers * 2 * graph.kvHeads * graph.headDim * context * 4,
  }
}

/** Packed matrices and biases; and what inputs are prepared to, of one token. */
function linearBytes(
  graph: Graph,
  tensors: ReadonlyMap<string, Tensor>,
  { algorithm }: FootprintOptions,
  features: readonly string[],
): { packed: number; prepared: number } {
  const seen = new Set<string>()
  let [packed, prepared] = [0, 0]
  const { body, head } = shareInputs(graph)
  for (const op of [...body, ...head]) {
    if (op.op !== 'linears') continue
    const forms = new Map<string, number>()
    for (const { weight, out, bias } of op.to) {
      const { name, dtype, shape } = tensors.get(weight) as Tensor
      const [cols, rows] = [shape[0], graph.buffers[out]]
      const kernel = kernelOf(
        { ...described(dtype, name), rows, cols, algorithm: algorithm?.(dtype.name, rows, cols) },
        op.mode,
        features,
      )
      forms.set(kernel.form.key, kernel.form.bytes(cols))
      if (kernel.rounds) forms.set('rounded', 4 * cols)
      if (!seen.has(`${op.mode} ${name}`)) packed += kernel.packedBytes(rows, cols) + around
      seen.add(`${op.mode} ${name}`)
      if (bias !== undefined) packed += 4 * rows + around
    }
    prepared = Math.max(
      prepared,
      [...forms.values()].reduce((a, b) => a + b, 0),
    )
  }
  return { packed, prepared }
}
