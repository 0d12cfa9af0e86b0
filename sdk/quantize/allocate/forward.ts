/**
 * The float model's forward over windows of tokens, with some weights replaced, and a look at each op's input on the way.
 * takes  FloatWeights, windows · gives  Live at the end: the logits of all tokens, or what `last` reads
 * before ../calibrate/apply · after ./survey, ./divergence
 */
import { LutraError } from '../../../hal/error.js'
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import type { Op } from '../../../kernels/graph/graph.js'
import { apply } from '../calibrate/apply.js'
import { Live } from '../calibrate/live.js'
import type { FloatWeights } from '../source/weights.js'

export interface Forward {
  readonly model: FloatWeights
  readonly algebra: LinearAlgebra
  /** Other values of a tensor, whole; undefined: the model's own. */
  readonly replaced?: (name: string) => Float32Array | undefined
  /** Before each op, when what it reads is there. */
  readonly before?: (op: Op, live: Live) => Promise<void>
  /** False leaves logits out, which nothing but their reader needs; default true. */
  readonly logits?: boolean
  readonly signal?: AbortSignal
}

/** @throws LutraError cancelled, and what reading weights throws */
export async function forward(given: Forward, windows: readonly Int32Array[]): Promise<Live> {
  const { model, algebra, replaced = () => undefined, before, logits = true, signal } = given
  const { graph } = model
  const live = new Live(windows)
  const ops = [...graph.body, ...graph.head]
  const by = {
    graph,
    algebra,
    vector: async (name: string) => replaced(name) ?? model.read(name),
    shape: (name: string) => {
      const slice = graph.slices?.[name]
      const shape = shapeOf(model, slice?.weight ?? name)
      return slice ? [shape[0], slice.rows] : shape
    },
    async rows(name: string, from: number, to: number) {
      const { weight, from: first } = graph.slices?.[name] ?? { weight: name, from: 0 }
      const [cols] = shapeOf(model, weight)
      const [begin, end] = [first + from, first + to]
      const values = replaced(weight)
      if (!values && model.rows) return model.rows(weight, begin, end)
      return (values ?? (await model.read(weight))).subarray(begin * cols, end * cols)
    },
  }
  for (const [at, op] of ops.entries()) {
    if (signal?.aborted) throw new LutraError('cancelled', 'Measuring was cancelled')
    await before?.(op, live)
    if (logits || !('out' in op) || op.out !== 'logits') await apply(op, live, by)
    live.keep([...ops.slice(at + 1), ...(logits ? [keeping] : [])])
  }
  return live
}

/** An op that reads the logits, so that they outlive the last one. */
const keeping = { op: 'add', a: 'logits', b: 'logits', out: 'kept' } as const

export function shapeOf({ shapes }: FloatWeights, name: string): readonly number[] {
  const shape = shapes.get(name)
  if (shape) return shape
  throw new LutraError('mismatch', `Expected a tensor ${name} but the model has none`)
}
