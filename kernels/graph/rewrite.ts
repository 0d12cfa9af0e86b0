/**
 * Linears that share an input (q, k, v; gate, up) become one op, so that an engine quantizes that input, or builds its
 * lookup tables, once for all of them.
 * takes  a graph's ops · gives  the same computation with `linears` in place of `linear`
 * before ./check · after an engine's compile
 */
import type { ActivationMode } from '../../hal/backend.js'
import type { Graph, Op } from './graph.js'

export type Linear = Extract<Op, { op: 'linear' }>

/** Every `to` is one matrix over the shared input. */
export interface Linears {
  readonly op: 'linears'
  readonly in: string
  readonly mode: ActivationMode
  readonly to: readonly { readonly weight: string; readonly out: string; readonly bias?: string }[]
}

export type SharedOp = Exclude<Op, Linear> | Linears

export interface SharedGraph extends Omit<Graph, 'body' | 'head'> {
  readonly body: readonly SharedOp[]
  readonly head: readonly SharedOp[]
}

export function shareInputs(graph: Graph): SharedGraph {
  return { ...graph, body: share(graph.body), head: share(graph.head) }
}

function share(ops: readonly Op[]): SharedOp[] {
  const shared: SharedOp[] = []
  const taken = new Set<Op>()
  ops.forEach((op, i) => {
    if (taken.has(op)) return
    if (op.op !== 'linear') {
      shared.push(op)
      return
    }
    const group = [op]
    const passed: Op[] = []
    for (const later of ops.slice(i + 1)) {
      if (writes(later).includes(op.in)) break
      if (later.op === 'linear' && later.in === op.in && later.mode === op.mode && mayMove(later, passed)) {
        group.push(later)
        taken.add(later)
      } else if (!taken.has(later)) passed.push(later)
    }
    const to = group.map(({ weight, out, bias }) => ({ weight, out, ...(bias === undefined ? {} : { bias }) }))
    shared.push({ op: 'linears', in: op.in, mode: op.mode, to })
  })
  return shared
}

/** A linear may run earlier than the ops between if none of them reads or writes what it writes. */
function mayMove(linear: Linear, between: readonly Op[]): boolean {
  return between.every((op) => ![...writes(op), ...reads(op)].includes(linear.out))
}

/** Buffers that an op writes. */
export function writes(op: Op | SharedOp): readonly string[] {
  if (op.op === 'linears') return op.to.map(({ out }) => out)
  return op.op === 'rope' ? [op.buffer] : [op.out]
}

/** Buffers that an op reads. */
export function reads(op: Op | SharedOp): readonly string[] {
  switch (op.op) {
    case 'embed':
      return []
    case 'norm':
    case 'gather':
    case 'linear':
    case 'linears':
      return [op.in]
    case 'rope':
      return [op.buffer]
    case 'attention':
      return [op.q, op.k, op.v]
    case 'gate':
      return [op.gate, op.up]
    case 'add':
      return [op.a, op.b]
  }
}
