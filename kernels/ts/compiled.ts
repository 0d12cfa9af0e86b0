/**
 * A graph made ready: buffers allocated, every op a closure over them, run in chunks of tokens.
 * takes  a graph (checked), raw weights · ids, a cache and the position of the first id · gives  logits
 * before kernels/graph, ./linears and the ops · after ./worker
 */
import { LutraError } from '../../hal/error.js'
import type { Graph } from '../graph/graph.js'
import { hiddenEnd } from '../graph/hidden.js'
import { joined, passes, rowsOf, type Part as Sequence, type Span as Tokens } from '../graph/passes.js'
import { type SharedOp, shareInputs } from '../graph/rewrite.js'
import { add } from './add.js'
import { attention } from './attention.js'
import type { Cache } from './cache.js'
import { embed } from './embed.js'
import { gate } from './gate.js'
import { gather } from './gather.js'
import type { Linears } from './linears.js'
import { norm } from './norm.js'
import { rope } from './rope.js'
import { Matrix, type RawWeight } from './weight.js'

/** Tokens taken through the body together: a row of weights is read once for them, and cancelling waits for no more. */
export const chunk = 16

/** Runs for tokens from … from + n of the chunk. */
type Step = (from: number, n: number) => void

export interface Part extends Sequence {
  readonly cache: Cache
}

interface Span extends Tokens {
  readonly cache: Cache
}

export class Compiled {
  readonly #body: Step[]
  readonly #head: Step[]
  readonly #buffers: ReadonlyMap<string, Float32Array>
  /** One for each position that a token sees; grown with the state. */
  #scores = new Float64Array(0)
  readonly #vocab: number
  /** The head up to its last linear, and what that reads. */
  readonly #toHidden: Step[]
  readonly #hidden: { readonly buffer: string; readonly width: number }
  /** What the closures run on at the moment. */
  #spans: readonly Span[] = []

  constructor(
    graph: Graph,
    readonly weights: ReadonlyMap<string, RawWeight>,
    readonly linears: Linears,
  ) {
    this.#vocab = graph.vocab
    this.#buffers = new Map(
      Object.entries(graph.buffers).map(([name, width]) => [name, new Float32Array(chunk * width)]),
    )
    const shared = shareInputs(graph)
    const step = (op: SharedOp): Step => this.step(op, graph.buffers)
    this.#body = shared.body.map(step)
    this.#head = shared.head.map(step)
    const last = hiddenEnd(graph)
    this.#toHidden = shareInputs({ ...graph, body: [], head: graph.head.slice(0, last.at) }).head.map(step)
    this.#hidden = { buffer: last.in, width: graph.buffers[last.in] }
  }

  get residentBytes(): number {
    let total = this.linears.residentBytes
    for (const buffer of this.#buffers.values()) total += buffer.byteLength
    return total
  }

  /** Appends every part's ids to its cache; `cancelled` is asked between ops. */
  run(parts: readonly Part[], cancelled: () => boolean): Float32Array<ArrayBuffer>[] {
    const longest = Math.max(...parts.map(({ position, ids }) => position + ids.length))
    if (this.#scores.length < longest) this.#scores = new Float64Array(2 * longest)
    const answers = parts.map(({ position, ids, cache, wanted }) => {
      cache.reserve(position + ids.length)
      const rows = wanted === 'none' ? 0 : wanted === 'last' ? 1 : ids.length
      return new Float32Array(rows * (wanted === 'hidden' ? this.#hidden.width : this.#vocab))
    })
    const perform = (steps: readonly Step[], from: number, n: number): void => {
      for (const step of steps) {
        if (cancelled()) throw new LutraError('cancelled', 'The run was cancelled; the states keep their old lengths')
        step(from, n)
      }
    }
    for (const spans of passes(parts, chunk)) {
      this.#spans = spans.map((span) => ({ ...span, cache: parts[span.part].cache }))
      const { row, n } = spans[spans.length - 1]
      perform(this.#body, 0, row + n)
      const rows = spans.flatMap((span) => rowsOf(span, parts[span.part]))
      for (const { hidden, from, to } of joined(rows)) perform(hidden ? this.#toHidden : this.#head, from, to - from)
      for (const { hidden, from, to, part, at } of rows) {
        const width = hidden ? this.#hidden.width : this.#vocab
        const out = this.buffer(hidden ? this.#hidden.buffer : 'logits')
        answers[part].set(out.subarray(from * width, to * width), at * width)
      }
    }
    return answers
  }

  private step(op: SharedOp, widths: Readonly<Record<string, number>>): Step {
    switch (op.op) {
      case 'embed': {
        const rows = this.linears.matrices.byRow(this.weight(op.weight))
        const out = this.buffer(op.out)
        const width = widths[op.out]
        return () => {
          for (const { ids, row, n } of this.#spans)
            embed(rows, ids, op.scale ?? 1, out.subarray(row * width, (row + n) * width))
        }
      }
      case 'norm': {
        const [x, gain, out] = [this.buffer(op.in), this.vector(op.weight), this.buffer(op.out)]
        const { heads = 1 } = op
        return (from, n) => norm(x, gain, op.eps, out, from * heads, n * heads)
      }
      case 'gather': {
        const [x, out] = [this.buffer(op.in), this.buffer(op.out)]
        const places = Int32Array.from(this.vector(op.weight))
        return (from, n) => gather(x, places, out, from, n)
      }
      case 'linears': {
        const to = op.to.map(({ weight, out, bias }) => ({
          weight: this.weight(weight),
          out: this.buffer(out),
          bias: bias === undefined ? undefined : this.vector(bias),
        }))
        return this.linears.compile(op.mode, this.buffer(op.in), widths[op.in], to)
      }
      case 'rope': {
        const x = this.buffer(op.buffer)
        const turn = rope(op)
        return (from, n) => {
          for (const span of this.#spans) {
            const [begin, end] = [Math.max(from, span.row), Math.min(from + n, span.row + span.n)]
            if (begin < end) turn(x, span.position - span.row, begin, end - begin)
          }
        }
      }
      case 'attention': {
        const [q, k, v, out] = [this.buffer(op.q), this.buffer(op.k), this.buffer(op.v), this.buffer(op.out)]
        const [qw, kw, vw, ow] = [widths[op.q], widths[op.k], widths[op.v], widths[op.out]]
        return () => {
          for (const { cache, position, row, n } of this.#spans) {
            cache.append(op.layer, position, n, k.subarray(row * kw), v.subarray(row * vw))
            const [keys, values] = [cache.keys[op.layer], cache.values[op.layer]]
            attention(op, q.subarray(row * qw), keys, values, out.subarray(row * ow), position, n, this.#scores)
          }
        }
      }
      case 'gate': {
        const [g, up, out] = [this.buffer(op.gate), this.buffer(op.up), this.buffer(op.out)]
        const width = widths[op.out]
        return (from, n) => gate(op.activation, g, up, out, from * width, (from + n) * width)
      }
      case 'add': {
        const [a, b, out] = [this.buffer(op.a), this.buffer(op.b), this.buffer(op.out)]
        const width = widths[op.out]
        return (from, n) => add(a, b, out, from * width, (from + n) * width)
      }
    }
  }

  private buffer(name: string): Float32Array {
    return this.#buffers.get(name) as Float32Array
  }

  private weight(name: string): RawWeight {
    return this.weights.get(name) as RawWeight
  }

  private vector(name: string): Float32Array {
    return new Matrix(this.weight(name), true).data
  }
}
