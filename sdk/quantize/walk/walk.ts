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
import { apply } from '../calibrate/apply.js'
import { linearInput } from '../calibrate/linear-input.js'
import type { Live } from '../calibrate/live.js'
import { viewOf } from '../calibrate/view.js'
import type { Prepared, Tools } from '../feedback/gptq.js'
import { sharedFloats } from '../rows/shared.js'
import { type FloatWeights, rowsOf, shapeOf } from '../source/weights.js'
import { embeddingStatistics } from './embedding.js'
import { type Matrix, type MatrixOptions, quantizeMatrix } from './matrix.js'
import { blind, type Plan } from './plan.js'
import { type Statistics, statisticsOf } from './statistics.js'

export interface Streams {
  /** Inputs as the quantized model has them. */
  readonly quantized: Live
  /** The float model's; absent: not followed. */
  readonly float?: Live
}

/** Bytes of tensors by name, wherever they lie. */
export interface Done {
  has(name: string): boolean
  get(name: string): Uint8Array | undefined
}

export interface Walk {
  readonly model: FloatWeights
  readonly plan: Plan
  readonly streams: Streams
  readonly tools: Tools
  readonly options: MatrixOptions
  /** Place of the first op, of body and head together; those before were walked in an earlier life. */
  readonly from: number
  /** Tensors that are done; `onMatrix` adds to them. */
  readonly done: Done
  readonly signal?: AbortSignal
  /** When it ends, the matrix is among those done. */
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
  const { algebra } = given.tools
  const quantized = viewOf(model, algebra, (name, from, to) => decodedRows(given, name, from, to))
  const by = [quantized, viewOf(model, algebra)]
  for (let at = given.from; at < ops.length; ) {
    if (signal?.aborted) throw new LutraError('cancelled', 'Quantization was cancelled; call it again to go on')
    const group = together(ops, at)
    const [first] = group
    if (first.op === 'embed') await quantizeEmbedding(given, first.weight)
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

/** Linears that follow each other over one input, read in one way; else one op. */
function together(ops: readonly Op[], at: number): Op[] {
  const first = ops[at]
  if (first.op !== 'linear') return [first]
  let end = at + 1
  for (let op = ops[end]; op?.op === 'linear' && op.in === first.in && op.mode === first.mode; op = ops[++end]);
  return ops.slice(at, end)
}

async function quantizeGroup(given: Walk, group: readonly Linear[]): Promise<void> {
  const { model, plan, streams, tools } = given
  const names = [...new Set(group.map(({ weight }) => model.graph.slices?.[weight]?.weight ?? weight))]
  const open = names.filter((name) => plan.has(name) && !given.done.has(name))
  if (open.length === 0) return
  let statistics: Statistics | undefined
  if (open.some((name) => !blind.includes(plan.get(name)?.method ?? 'rtn'))) {
    const [first] = group
    const [cols] = shapeOf(model, open[0])
    const exact = streams.float && (await linearInput(first, streams.float))
    statistics = await statisticsOf(tools.algebra, cols, await linearInput(first, streams.quantized), exact)
  }
  const prepared = new Map<string, Prepared | undefined>()
  for (const name of open) await once(given, name, statistics, prepared)
}

async function quantizeEmbedding(given: Walk, name: string): Promise<void> {
  const { model, plan, streams, tools, done, signal } = given
  if (done.has(name) || plan.get(name)?.method !== 'gptq') return once(given, name, undefined, new Map())
  const { windows } = streams.quantized
  const statistics = await embeddingStatistics(name, { model, algebra: tools.algebra, signal }, windows)
  await once(given, name, statistics, new Map())
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
  const read = (from: number, to: number) => rowsOf(model, name, from, to)
  const matrix = await quantizeMatrix(tools, { name, rows, cols, read, statistics, prepared }, wanted, options)
  await given.onMatrix(matrix)
}

/** Rows as the file will decode to, where the matrix is done. */
function decodedRows({ model, plan, done }: Walk, name: string, from: number, to: number): Float32Array | undefined {
  const [bytes, wanted] = [done.get(name), plan.get(name)]
  if (!bytes || !wanted) return undefined
  const [cols, rows = 1] = shapeOf(model, name)
  const dtype = dtypeByName(wanted.type)
  const [begin, end] = [from * cols, to * cols]
  // Types of whole rows together begin at their own rows.
  const aligned = begin - (begin % dtype.block)
  const values = sharedFloats(Math.min(rows * cols, Math.ceil(end / dtype.block) * dtype.block) - aligned)
  dtype.decode(bytes, rows * cols, aligned, values.length, values)
  return values.subarray(begin - aligned, end - aligned)
}
