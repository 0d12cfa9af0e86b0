/**
 * A graph made ready: buffers placed, one module emitted, every op a list of calls; run in passes of tokens.
 * takes  a graph (checked), packed weights · ids, caches, positions · gives  logits or hidden rows
 * before ./fuse, ./linears, ./ops · after ./coordinator
 */
import { LutraError } from '../../hal/error.js'
import type { Graph } from '../graph/graph.js'
import { hiddenEnd } from '../graph/hidden.js'
import { joined, passes, rowsOf, type Part as Sequence, type Span } from '../graph/passes.js'
import { reads, type SharedOp, shareInputs } from '../graph/rewrite.js'
import type { ModuleBuilder } from '../ladder/wasm/module.js'
import type { Cache } from './cache.js'
import type { Conductor } from './crew/conductor.js'
import { fuseNorms, fuseResiduals } from './fuse.js'
import { Scratch } from './linears.js'
import type { Arena } from './memory.js'
import type { Step } from './once.js'
import { attentionScratch } from './ops/attention.js'
import { fillRotation } from './rotation.js'
import { Steps, type Weights } from './steps.js'

/** Tokens taken through the body together: a row of weights is read once for them, and cancelling waits for no more. */
export const chunk = 32

export interface Part extends Sequence {
  readonly cache: Cache
}

export class Compiled {
  readonly #body: Step[]
  readonly #head: Step[]
  /** The head up to its last linear, and what that reads. */
  readonly #toHidden: Step[]
  readonly #hidden: string
  readonly #steps: Steps

  constructor(
    readonly graph: Graph,
    weights: Weights,
    readonly arena: Arena,
    readonly module: ModuleBuilder,
    threads: number,
  ) {
    const tokens = Math.min(chunk, graph.context)
    const scratch = new Scratch()
    const buffers = new Map(
      Object.entries(graph.buffers).map(([name, width]) => [name, arena.allocate(4 * width * tokens)]),
    )
    const scores = arena.allocate(attentionScratch * threads)
    this.#steps = new Steps({ graph, weights, arena, module, tokens, scratch, buffers, scores })
    const shared = shareInputs(graph)
    const readByHead = new Set(shared.head.flatMap(reads))
    const steps = (ops: readonly SharedOp[], readLater: ReadonlySet<string>): Step[] =>
      fuseNorms(fuseResiduals(ops, readLater)).map((op) => this.#steps.step(op))
    this.#body = steps(shared.body, readByHead)
    this.#head = steps(shared.head, new Set(['logits']))
    const last = hiddenEnd(graph)
    this.#hidden = last.in
    const toHidden = shareInputs({ ...graph, body: [], head: graph.head.slice(0, last.at) }).head
    this.#toHidden = steps(toHidden, new Set([last.in]))
    scratch.place(arena)
  }

  /** Appends every part's ids to its cache; `cancelled` is asked between ops. */
  run(conductor: Conductor, parts: readonly Part[], cancelled: () => boolean): Float32Array<ArrayBuffer>[] {
    const { graph, arena } = this
    const width = (hidden: boolean): number => (hidden ? graph.buffers[this.#hidden] : graph.vocab)
    const answers = parts.map(({ position, ids, cache, wanted }) => {
      cache.reserve(position + ids.length, position)
      const rows = wanted === 'none' ? 0 : wanted === 'last' ? 1 : ids.length
      return new Float32Array(rows * width(wanted === 'hidden'))
    })
    const perform = (steps: readonly Step[], from: number, n: number): void => {
      for (const step of steps) {
        if (cancelled()) throw new LutraError('cancelled', 'The run was cancelled; the states keep their old lengths')
        for (const calls of step(from, n)) conductor.run(calls)
      }
    }
    for (const spans of passes(parts, chunk)) {
      this.#begin(spans, parts)
      const { row, n } = spans[spans.length - 1]
      perform(this.#body, 0, row + n)
      const rows = spans.flatMap((span) => rowsOf(span, parts[span.part]))
      for (const { hidden, from, to } of joined(rows)) perform(hidden ? this.#toHidden : this.#head, from, to - from)
      for (const { hidden, from, to, part, at } of rows) {
        const out = this.#steps.buffer(hidden ? this.#hidden : 'logits') + 4 * from * width(hidden)
        answers[part].set(arena.floats(out, (to - from) * width(hidden)), at * width(hidden))
      }
    }
    return answers
  }

  #begin(spans: readonly Span[], parts: readonly Part[]): void {
    this.#steps.spans = spans.map((span) => ({ ...span, cache: parts[span.part].cache }))
    for (const { rotation, at, floats } of this.#steps.rotations) {
      const table = this.arena.floats(at, floats)
      for (const { position, row, n } of spans)
        for (let t = 0; t < n; t++) fillRotation(rotation, position + t, row + t, table)
    }
  }
}
