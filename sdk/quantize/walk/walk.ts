/**
 * The model, op by op, over all calibration tokens: each linear is quantized on the inputs that the quantized layers before
 * it give (true sequential), then the walk goes on with what it became. The float model walks beside it where its
 * outputs are to be met (asymmetric calibration).
 * takes  FloatWeights, windows, a Plan · gives  tensors' bytes one by one, in the order of the graph
 * before ./matrix, ../calibrate/apply · after ../quantize
 */

import { dtypeByName } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import type { Op } from '../../../kernels/graph/graph.js'
import { type Applied, apply } from '../calibrate/apply.js'
import type { Live } from '../calibrate/live.js'
import type { Prepared, Tools } from '../feedback/gptq.js'
import { sharedFloats } from '../rows/shared.js'
import type { FloatWeights } from '../source/weights.js'
import { type Matrix, type MatrixOptions, quantizeMatrix } from './matrix.js'
import { blind, type Plan } from './plan.js'
import { type Statistics, statisticsOf } from './statistics.js'

export interface Streams {
  /** Inputs as the quantized model has them. */
  readonly quantized: Live
  /** The float model's; absent: not followed. */
  readonly float?: Live
}

export interface Walk {
  readonly model: FloatWeights
  readonly plan: Plan
  readonly streams: Streams
  readonly tools: Tools
  readonly options: MatrixOptions
  /** Place of the first op, of body and head together; those before were walked in an earlier life. */
  readonly from: number
  /** Bytes of tensors that are done; may come from a file. */
  readonly done: Map<string, Uint8Array>
  readonly signal?: AbortSignal
  onMatrix(matrix: Matrix): Promise<void>
  /** Before op `at`, where a single buffer is alive: a place to go on from. */
  onRest(at: number, buffer: string): Promise<void>
}

type Linear = Extract<Op, { op: 'linear' }>

export async function walk(given: Walk): Promise<void> {
  const { model, streams, signal } = given
  const { graph } = model
  const ops = [...graph.body, ...graph.head]
  // Without calibration there is nothing to carry along.
  const sides = [streams.quantized, streams.float].filter((side) => side !== undefined && side.tokens > 0) as Live[]
  const by = [appliedOf(given, true), appliedOf(given, false)]
  for (let at = given.from; at < ops.length; ) {
    if (signal?.aborted) throw new LutraError('cancelled', 'Quantization was cancelled; call it again to go on')
    const group = together(ops, at)
    const [first] = group
    if (first.op === 'embed') await once(given, first.weight, undefined, new Map())
    if (first.op === 'linear') await quantizeGroup(given, group as Linear[])
    // Logits are nobody's input.
    for (const op of group)
      if (!('out' in op && op.out === 'logits')) for (const [i, side] of sides.entries()) await apply(op, side, by[i])
    at += group.length
    for (const side of sides) side.keep(ops.slice(at))
    const alive = streams.quantized.names()
    if (alive.length === 1 && at < ops.length) await given.onRest(at, alive[0])
  }
}

/** Linears that follow each other over one input; else one op. */
function together(ops: readonly Op[], at: number): Op[] {
  const first = ops[at]
  if (first.op !== 'linear') return [first]
  let end = at + 1
  for (let op = ops[end]; op?.op === 'linear' && op.in === first.in; op = ops[++end]);
  return ops.slice(at, end)
}

async function quantizeGroup(given: Walk, group: readonly Linear[]): Promise<void> {
  const { model, plan, streams, tools } = given
  const names = [...new Set(group.map(({ weight }) => model.graph.slices?.[weight]?.weight ?? weight))]
  const open = names.filter((name) => plan.has(name) && !given.done.has(name))
  if (open.length === 0) return
  let statistics: Statistics | undefined
  if (open.some((name) => !blind.includes(plan.get(name)?.method ?? 'rtn'))) {
    const input = group[0].in
    const [cols] = shapeOf(model, open[0])
    statistics = await statisticsOf(tools.algebra, cols, streams.quantized.get(input), streams.float?.get(input))
  }
  const prepared = new Map<string, Prepared | undefined>()
  for (const name of open) await once(given, name, statistics, prepared)
}

async function once(
  given: Walk,
  name: string,
  statistics: Statistics | undefined,
  prepared: Map<string, Prepared | undefined>,
): Promise<void> {
  const { model, plan, tools, options, done } = given
  const wanted = plan.get(name)
  if (!wanted || done.has(name)) return
  const [cols, rows = 1] = shapeOf(model, name)
  const read = (from: number, to: number) => floatRows(model, name, from, to)
  const matrix = await quantizeMatrix(tools, { name, rows, cols, read, statistics, prepared }, wanted, options)
  done.set(name, matrix.bytes)
  await given.onMatrix(matrix)
}

/** How ops see weights: as the quantized model will have them, or as the float model has them. */
function appliedOf({ model, plan, done, tools }: Walk, quantized: boolean): Applied {
  const { graph } = model
  const sliceOf = (name: string) => graph.slices?.[name] ?? { weight: name, from: 0 }
  return {
    graph,
    algebra: tools.algebra,
    vector: (name) => model.read(name),
    shape: (name) => {
      const slice = graph.slices?.[name]
      const shape = shapeOf(model, slice?.weight ?? name)
      return slice ? [shape[0], slice.rows] : shape
    },
    async rows(name, from, to) {
      const { weight, from: first } = sliceOf(name)
      const bytes = done.get(weight)
      const wanted = plan.get(weight)
      if (!quantized || !bytes || !wanted) return floatRows(model, weight, first + from, first + to)
      const [cols, rows = 1] = shapeOf(model, weight)
      const dtype = dtypeByName(wanted.type)
      const [begin, end] = [(first + from) * cols, (first + to) * cols]
      // Types of whole rows together begin at their own rows.
      const aligned = begin - (begin % dtype.block)
      const values = sharedFloats(Math.min(rows * cols, Math.ceil(end / dtype.block) * dtype.block) - aligned)
      dtype.decode(bytes, rows * cols, aligned, values.length, values)
      return values.subarray(begin - aligned, end - aligned)
    },
  }
}

async function floatRows(model: FloatWeights, name: string, from: number, to: number): Promise<Float32Array> {
  if (model.rows) return model.rows(name, from, to)
  const [cols] = shapeOf(model, name)
  return (await model.read(name)).subarray(from * cols, to * cols)
}

function shapeOf({ shapes }: FloatWeights, name: string): readonly number[] {
  const shape = shapes.get(name)
  if (shape) return shape
  throw new LutraError('mismatch', `Expected a tensor ${name} but the model has none`)
}
