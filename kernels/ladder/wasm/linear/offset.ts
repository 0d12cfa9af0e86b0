/**
 * Sums of codes become sums of numbers: number = code · step + lowest, so Σ number · q = step · Σ code · q + lowest · Σ q.
 * after ./dot16, ./dot7, ./lookup
 */
import { type I32, i32, i32x4, type Statement, seq, v128 } from '../code.js'
import type { Local } from '../module.js'
import { record } from './form.js'

export interface Offset {
  readonly lowest: number
  readonly step: number
}

/** For one token's sums; `taken` comes off Σ code · q first. */
export function addOffset(
  { lowest, step }: Offset,
  sums: readonly Local<'v128'>[],
  info: I32,
  scratch: Local<'v128'>,
  taken?: I32,
): Statement {
  const more = lowest === 0 ? undefined : i32.mul(i32.load(info, record.sum), i32.const(lowest))
  const less = taken && (step === 1 ? taken : i32.mul(taken, i32.const(step)))
  const total = less ? i32.sub(more ?? i32.const(0), less) : more
  return seq(
    ...(step === 1 ? [] : sums.map((sum) => sum.set(i32x4.mul(sum.get, splat(step))))),
    ...(total ? [scratch.set(i32x4.splat(total)), ...sums.map((sum) => sum.set(i32x4.add(sum.get, scratch.get)))] : []),
  )
}

function splat(value: number) {
  return v128.const(Array.from({ length: 16 }, (_, i) => (value >> (8 * (i % 4))) & 255))
}
