/**
 * One op of the graph over all calibration tokens, in float32: the model's own forward, layer by layer, with one layer's
 * weights in memory at a time.
 * takes  an op, Live, weights as asked for · after ../model
 */
import { LutraError } from '../../../hal/error.js'
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import { pause } from '../../../hal/pause.js'
import type { Graph, Op } from '../../../kernels/graph/graph.js'
import { gate } from '../../../kernels/ts/gate.js'
import { gather } from '../../../kernels/ts/gather.js'
import { norm } from '../../../kernels/ts/norm.js'
import { rope } from '../../../kernels/ts/rope.js'
import { attend } from './attend.js'
import { linearInput } from './linear-input.js'
import type { Live } from './live.js'

/** Rows × cols of a matrix, all or some; `rows` begins at row `from`. */
export type ReadRows = (name: string, from: number, to: number) => Promise<Float32Array>

export interface Applied {
  readonly graph: Graph
  readonly algebra: LinearAlgebra
  /** Small tensors: gains, biases, permutations. */
  readonly vector: (name: string) => Promise<Float32Array>
  /** Rows of an embedding or a linear. */
  readonly rows: ReadRows
  readonly shape: (name: string) => readonly number[]
  /** The file holds it in ternary codes. */
  readonly coded: (name: string) => boolean
}

/** Rows of a large matrix are read in stretches of about so many weights. */
const STRETCH = 1 << 24

export async function apply(op: Op, live: Live, by: Applied): Promise<void> {
  const { tokens, starts } = live
  const width = (name: string) => by.graph.buffers[name]
  switch (op.op) {
    case 'embed':
      return embed(op, live, by)
    case 'linear':
      return linear(op, live, by)
    case 'attention':
      return attend(op, live, by.algebra)
    case 'norm': {
      const gain = await by.vector(op.weight)
      const from = live.get(op.in)
      const out = op.out === op.in ? from : live.put(op.out, width(op.out))
      const each = op.heads ?? 1
      await inStretches(tokens, (t, n) => norm(from, gain, op.eps, out, t * each, n * each))
      return
    }
    case 'gather': {
      const places = Int32Array.from(await by.vector(op.weight))
      const from = live.get(op.in)
      const out = live.put(op.out, places.length)
      await inStretches(tokens, (t, n) => gather(from, places, out, t, n))
      return
    }
    case 'rope': {
      const turn = rope(op)
      const buffer = live.get(op.buffer)
      for (let i = 0; i + 1 < starts.length; i++) {
        turn(buffer, -starts[i], starts[i], starts[i + 1] - starts[i])
        await pause()
      }
      return
    }
    case 'gate': {
      const [a, b] = [live.get(op.gate), live.get(op.up)]
      const out = live.put(op.out, width(op.out))
      const size = width(op.out)
      await inStretches(tokens, (t, n) => gate(op.activation, a, b, out, t * size, (t + n) * size))
      return
    }
    case 'add': {
      const [a, b] = [live.get(op.a), live.get(op.b)]
      const out = op.out === op.a ? a : op.out === op.b ? b : live.put(op.out, width(op.out))
      for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i]
      return
    }
  }
}

type Embed = Extract<Op, { op: 'embed' }>
type Linear = Extract<Op, { op: 'linear' }>

async function embed({ weight, out, scale = 1 }: Embed, live: Live, by: Applied): Promise<void> {
  const [cols, rows] = by.shape(weight)
  const x = live.put(out, cols)
  const tall = Math.max(1, Math.floor(STRETCH / cols))
  for (let from = 0; from < rows; from += tall) {
    const to = Math.min(rows, from + tall)
    const part = await by.rows(weight, from, to)
    live.ids.forEach((id, t) => {
      if (id < from || id >= to) return
      for (let c = 0; c < cols; c++) x[t * cols + c] = part[(id - from) * cols + c] * scale
    })
    await pause()
  }
}

async function linear(op: Linear, live: Live, by: Applied): Promise<void> {
  if (op.mode !== 'float' && by.coded(op.weight))
    throw new LutraError('unsupported', `Expected a float model but ${op.weight} is ternary: it is quantized already`)
  const [cols, rows] = by.shape(op.weight)
  const x = await linearInput(op, live)
  const y = live.put(op.out, rows)
  if (op.bias !== undefined) {
    const bias = await by.vector(op.bias)
    await inStretches(live.tokens, (t, n) => {
      for (let i = t; i < t + n; i++) y.set(bias, i * rows)
    })
  }
  const w = await by.rows(op.weight, 0, rows)
  await by.algebra.multiply(x, w, y, {
    ...{ m: live.tokens, n: rows, k: cols, transposeB: true },
    add: op.bias !== undefined,
  })
}

/** Tokens in stretches, others on the event loop in between. */
async function inStretches(tokens: number, work: (from: number, n: number) => void): Promise<void> {
  for (let t = 0; t < tokens; t += 256) {
    work(t, Math.min(256, tokens - t))
    await pause()
  }
}
