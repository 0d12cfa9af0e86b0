/**
 * A sum that only adds a linear's result to a residual goes into the linear, which adds it as it writes; a norm goes into
 * the linears that follow it, which prepare its rows as they are made.
 * takes  ops with shared inputs, the buffers that are read later · gives  the same computation with fewer ops
 * before kernels/graph/rewrite · after ./compiled
 */
import { type Linears, reads, type SharedOp, writes } from '../graph/rewrite.js'

/** As kernels/graph has it, and what is added to every result; the norm that gives the input, which is written as well. */
export interface FusedLinears extends Omit<Linears, 'to'> {
  readonly norm?: { readonly in: string; readonly weight: string; readonly eps: number }
  readonly to: readonly (Linears['to'][number] & { readonly residual?: string })[]
}

export type FusedOp = Exclude<SharedOp, Linears> | FusedLinears

export function fuseResiduals(ops: readonly SharedOp[], readLater: ReadonlySet<string>): FusedOp[] {
  const fused: FusedOp[] = []
  for (let i = 0; i < ops.length; i++) {
    const [op, next] = [ops[i], ops[i + 1]]
    const residual = op.op === 'linears' && next?.op === 'add' ? residualOf(op, next) : undefined
    if (op.op !== 'linears' || next?.op !== 'add' || residual === undefined) fused.push(op)
    else {
      const [{ out, ...only }] = op.to
      if (isRead(out, ops.slice(i + 2), readLater) && next.out !== out) fused.push(op)
      else {
        fused.push({ ...op, to: [{ ...only, out: next.out, residual }] })
        i++
      }
    }
  }
  return fused
}

/** Of whole rows only: heads have norms of their own. */
export function fuseNorms(ops: readonly FusedOp[]): FusedOp[] {
  const fused: FusedOp[] = []
  for (const op of ops) {
    const last = fused.at(-1)
    if (op.op === 'linears' && last?.op === 'norm' && last.out === op.in && (last.heads ?? 1) === 1)
      fused[fused.length - 1] = { ...op, norm: { in: last.in, weight: last.weight, eps: last.eps } }
    else fused.push(op)
  }
  return fused
}

/** The other summand; undefined where the linear may not write the sum's result: it would change its own input. */
function residualOf({ to, in: from }: Linears, { a, b, out }: Extract<SharedOp, { op: 'add' }>): string | undefined {
  if (to.length !== 1 || out === from) return undefined
  const own = to[0].out
  if (a === b) return undefined
  return a === own ? b : b === own ? a : undefined
}

/** Before it is written again. */
function isRead(buffer: string, ops: readonly SharedOp[], readLater: ReadonlySet<string>): boolean {
  for (const op of ops) {
    if (reads(op).includes(buffer)) return true
    if (writes(op).includes(buffer)) return false
  }
  return readLater.has(buffer)
}
