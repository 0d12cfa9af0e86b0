/**
 * The float model's forward over windows of tokens, with some weights replaced, and a look at each op's input on the way.
 * takes  FloatWeights, windows · gives  Live at the end: the logits of all tokens, or what `last` reads
 * before ./view, ./apply · after ../allocate, ../transform/site-inputs
 */
import { LutraError } from '../../../hal/error.js'
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import type { Op } from '../../../kernels/graph/graph.js'
import { type FloatWeights, shapeOf } from '../source/weights.js'
import { apply } from './apply.js'
import { Live } from './live.js'
import { viewOf } from './view.js'

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
  const view = viewOf(model, algebra, (name, from, to) => {
    const [cols] = shapeOf(model, name)
    return replaced(name)?.subarray(from * cols, to * cols)
  })
  const by = { ...view, vector: async (name: string) => replaced(name) ?? view.vector(name) }
  for (const [at, op] of ops.entries()) {
    if (signal?.aborted) throw new LutraError('cancelled', 'Calibration was cancelled')
    await before?.(op, live)
    if (logits || !('out' in op) || op.out !== 'logits') await apply(op, live, by)
    live.keep([...ops.slice(at + 1), ...(logits ? [keeping] : [])])
  }
  return live
}

/** An op that reads the logits, so that they outlive the last one. */
const keeping = { op: 'add', a: 'logits', b: 'logits', out: 'kept' } as const
