/**
 * A graph made ready: buffers allocated, every op a closure over them, run in chunks of tokens.
 * takes  a graph (checked), raw weights · ids, a cache and the position of the first id · gives  logits
 * before kernels/graph, ./linears and the ops · after ./worker
 */
import { LutraError } from '../../hal/error.js'
import type { Graph } from '../graph/graph.js'
import { type SharedOp, shareInputs } from '../graph/rewrite.js'
import { add } from './add.js'
import { attention } from './attention.js'
import type { Cache } from './cache.js'
import { embed } from './embed.js'
import { gate } from './gate.js'
import type { Linears } from './linears.js'
import { norm } from './norm.js'
import { rope } from './rope.js'
import { Matrix, type RawWeight } from './weight.js'

/** Tokens taken through the body together: a row of weights is read once for them, and cancelling waits for no more. */
export const chunk = 16

/** Runs for tokens from … from + n of the chunk. */
type Step = (from: number, n: number) => void

export class Compiled {
  readonly #body: Step[]
  readonly #head: Step[]
  readonly #buffers: ReadonlyMap<string, Float32Array>
  /** One for each position that a token sees; grown with the state. */
  #scores = new Float64Array(0)
  readonly #vocab: number
  // What the closures run on at the moment.
  #ids = new Int32Array(0)
  #position = 0
  #cache: Cache | undefined

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
  }

  get residentBytes(): number {
    let total = this.linears.residentBytes + this.linears.matrices.residentBytes
    for (const buffer of this.#buffers.values()) total += buffer.byteLength
    return total
  }

  /** `cancelled` is asked between ops. */
  run(
    ids: Int32Array<ArrayBuffer>,
    cache: Cache,
    position: number,
    wanted: 'last' | 'all' | 'none',
    cancelled: () => boolean,
  ): Float32Array<ArrayBuffer> {
    const logits = new Float32Array(wanted === 'all' ? ids.length * this.#vocab : wanted === 'last' ? this.#vocab : 0)
    cache.reserve(position + ids.length)
    if (this.#scores.length < position + ids.length) this.#scores = new Float64Array(2 * (position + ids.length))
    this.#cache = cache
    const perform = (steps: readonly Step[], from: number, n: number): void => {
      for (const step of steps) {
        if (cancelled()) throw new LutraError('cancelled', 'The run was cancelled; the state keeps its old length')
        step(from, n)
      }
    }
    for (let first = 0; first < ids.length; first += chunk) {
      this.#ids = ids.subarray(first, first + chunk)
      this.#position = position + first
      const n = this.#ids.length
      perform(this.#body, 0, n)
      const out = this.buffer('logits')
      if (wanted === 'all') {
        perform(this.#head, 0, n)
        logits.set(out.subarray(0, n * this.#vocab), first * this.#vocab)
      } else if (wanted === 'last' && first + n === ids.length) {
        perform(this.#head, n - 1, 1)
        logits.set(out.subarray((n - 1) * this.#vocab, n * this.#vocab))
      }
    }
    return logits
  }

  private step(op: SharedOp, widths: Readonly<Record<string, number>>): Step {
    switch (op.op) {
      case 'embed': {
        const rows = this.linears.matrices.byRow(this.weight(op.weight))
        const out = this.buffer(op.out)
        return () => embed(rows, this.#ids, op.scale ?? 1, out)
      }
      case 'norm': {
        const [x, gain, out] = [this.buffer(op.in), this.vector(op.weight), this.buffer(op.out)]
        return (from, n) => norm(x, gain, op.eps, out, from, n)
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
        return (from, n) => turn(x, this.#position, from, n)
      }
      case 'attention': {
        const [q, k, v, out] = [this.buffer(op.q), this.buffer(op.k), this.buffer(op.v), this.buffer(op.out)]
        return (_from, n) => {
          const cache = this.#cache as Cache
          cache.append(op.layer, this.#position, n, k, v)
          attention(op, q, cache.keys[op.layer], cache.values[op.layer], out, this.#position, n, this.#scores)
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
