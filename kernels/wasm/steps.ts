/**
 * Every op of a graph as calls over addresses; what functions it needs, it adds to the module.
 * takes  an op · gives  a Step: the calls for tokens from … from + n of the pass
 * before ./linears, ./ops · after ./compiled
 */
import type { Graph } from '../graph/graph.js'
import type { Span as Tokens } from '../graph/passes.js'
import type { ModuleBuilder } from '../ladder/wasm/module.js'
import type { Cache } from './cache.js'
import { callOf } from './crew/board.js'
import { Embedding } from './embed.js'
import type { FusedLinears, FusedOp } from './fuse.js'
import { Linears, type Placed, type Scratch } from './linears.js'
import type { Arena } from './memory.js'
import { once, type Step } from './once.js'
import { attentionName, emitAttention } from './ops/attention.js'
import { add, emitAdd, emitGate, gateName } from './ops/elementwise.js'
import { appendName, emitAppend, emitGather, gather } from './ops/move.js'
import { emitNorm, norm } from './ops/norm.js'
import { floatBits } from './ops/op.js'
import { emitRope, ropeName, ropeTable } from './ops/rope.js'
import { type Rotation, rotationKey } from './rotation.js'
import type { Source } from './source.js'

export interface Weights {
  /** A matrix of a linear. */
  placed(name: string, mode: FusedLinears['mode']): Placed
  /** Address of a small tensor as float32, or as int32. */
  vector(name: string, as?: 'places'): number
  source(name: string): Source
}

export interface Around {
  readonly graph: Graph
  readonly weights: Weights
  readonly arena: Arena
  readonly module: ModuleBuilder
  /** Most tokens of a pass. */
  readonly tokens: number
  readonly scratch: Scratch
  readonly buffers: ReadonlyMap<string, number>
  /** Scratch memory of attention. */
  readonly scores: number
}

interface Span extends Tokens {
  readonly cache: Cache
}

export class Steps {
  /** Of the pass under way. */
  spans: readonly Span[] = []
  readonly #rotations = new Map<string, { rotation: Rotation; at: number; floats: number }>()

  constructor(readonly around: Around) {}

  /** Tables to fill before a pass. */
  get rotations() {
    return this.#rotations.values()
  }

  buffer(name: string): number {
    return this.around.buffers.get(name) as number
  }

  step(op: FusedOp): Step {
    const { module, weights } = this.around
    switch (op.op) {
      case 'embed':
        return this.embed(op)
      case 'norm': {
        emitNorm(module)
        const { heads = 1 } = op
        const whole = this.width(op.out)
        const [x, gain, out] = [this.buffer(op.in), weights.vector(op.weight), this.buffer(op.out)]
        return this.one(norm, (from, n) => ({
          args: [x + 4 * whole * from, gain, out + 4 * whole * from, whole / heads, floatBits(op.eps)],
          items: n * heads,
          work: 12 * whole * n,
        }))
      }
      case 'gather': {
        emitGather(module)
        const width = this.width(op.out)
        const [x, places, out] = [this.buffer(op.in), weights.vector(op.weight, 'places'), this.buffer(op.out)]
        return this.one(gather, (from, n) => ({
          args: [x + 4 * width * from, places, out + 4 * width * from, width],
          items: n,
          work: 12 * width * n,
        }))
      }
      case 'linears':
        return this.linears(op)
      case 'rope':
        return this.rope(op)
      case 'attention':
        return this.attention(op)
      case 'gate':
        emitGate(module, op.activation)
        return this.elements(gateName(op.activation), op.gate, op.up, op.out, 40)
      case 'add':
        emitAdd(module)
        return this.elements(add, op.a, op.b, op.out, 12)
    }
  }

  private embed(op: Extract<FusedOp, { op: 'embed' }>): Step {
    const { arena, weights } = this.around
    const rows = new Embedding(weights.source(op.weight))
    const [out, width] = [this.buffer(op.out), this.width(op.out)]
    return () => {
      for (const { ids, row, n } of this.spans)
        for (let t = 0; t < n; t++) rows.row(ids[t], op.scale ?? 1, arena.floats(out + 4 * width * (row + t), width))
      return []
    }
  }

  private linears({ mode, in: from, to, norm: before }: FusedLinears): Step {
    const { weights, scratch, tokens, module } = this.around
    const targets = to.map(({ weight, out, bias, residual }) => ({
      weight: weights.placed(weight, mode),
      out: this.buffer(out),
      bias: bias === undefined ? 0 : weights.vector(bias),
      residual: residual === undefined ? 0 : this.buffer(residual),
    }))
    const input = {
      cols: this.width(from),
      x: this.buffer(from),
      norm: before && { x: this.buffer(before.in), gain: weights.vector(before.weight), eps: floatBits(before.eps) },
    }
    return new Linears(mode, input, targets, scratch, tokens, module).calls
  }

  private rope(op: Extract<FusedOp, { op: 'rope' }>): Step {
    const { module, arena, tokens } = this.around
    const { heads, headDim, style, frequencies: angles, magnitude = 1 } = op
    const rotation = { heads, headDim, style, frequencies: angles.length, angles, magnitude }
    emitRope(module, rotation)
    const perToken = ropeTable(rotation)
    const key = rotationKey(rotation)
    const floats = tokens * perToken
    const held = this.#rotations.get(key) ?? { rotation, at: arena.allocate(4 * floats), floats }
    this.#rotations.set(key, held)
    const [x, width] = [this.buffer(op.buffer), this.width(op.buffer)]
    return this.one(ropeName(rotation), (from, n) => ({
      args: [x + 4 * width * from, held.at + 4 * perToken * from],
      items: n,
      work: 8 * width * n,
    }))
  }

  private attention(op: Extract<FusedOp, { op: 'attention' }>): Step {
    const { module, scores } = this.around
    const { heads, kvHeads, headDim, layer } = op
    emitAppend(module, kvHeads, headDim)
    emitAttention(module, op)
    const [q, k, v, out] = [op.q, op.k, op.v, op.out].map((name) => this.buffer(name))
    const [qBytes, kvBytes] = [4 * heads * headDim, 4 * kvHeads * headDim]
    const [append, attend] = [appendName(kvHeads, headDim), attentionName(op)]
    const seenBytes = (span: Span): number => {
      const most = span.position + span.n
      return 8 * headDim * heads * span.n * Math.min(most, op.window ?? most)
    }
    return () => [
      this.spans.map(({ cache, position, row, n }) => {
        const [from, to] = [kvBytes * row, [cache.keys(layer), cache.values(layer), cache.capacity, position]]
        return callOf(append, [k + from, v + from, ...to], n, 4 * kvBytes * n)
      }),
      this.spans.map((span) => {
        const { cache, row, n, position } = span
        const held = [cache.keys(layer), cache.values(layer), cache.capacity, position]
        const args = [q + qBytes * row, out + qBytes * row, ...held, 0, 0, scores]
        return callOf(attend, args, n * heads, seenBytes(span))
      }),
    ]
  }

  /** `slow` is bytes, or as slow, of an element. */
  private elements(name: string, a: string, b: string, out: string, slow: number): Step {
    const width = this.width(out)
    const places = [a, b, out].map((each) => this.buffer(each))
    return this.one(name, (from, n) => ({
      args: [...places.map((at) => at + 4 * width * from), n * width],
      items: Math.ceil((n * width) / 4),
      work: slow * n * width,
    }))
  }

  /** One call, made once for each range. */
  private one(
    name: string,
    make: (from: number, n: number) => { readonly args: number[]; readonly items: number; readonly work: number },
  ): Step {
    return once((from, n) => {
      const { args, items, work } = make(from, n)
      return [[callOf(name, args, items, work)]]
    })
  }

  private width(name: string): number {
    return this.around.graph.buffers[name]
  }
}
