/**
 * What follows a token's totals: bias, residual, and their place in the output.
 * takes  totals of some quads · gives  statements that write out (tokens × rows) · before ./run-shape · after ./run
 */
import { type I32, i32, type Statement, seq, type V128, v128, when } from '../code.js'
import type { FunctionBuilder, Local } from '../module.js'
import type { Around } from './run-shape.js'

const c = i32.const

/** Quads of one token, bias and residual added; at the last tile's end only the rows that there are. */
export function store(
  f: FunctionBuilder,
  totals: readonly Local<'v128'>[],
  t: number,
  quad: Local<'i32'>,
  { out, rows, bias, residual, token, row }: Around,
  add: (a: V128, b: V128) => V128,
): Statement[] {
  const [at, r, left] = Array.from({ length: 3 }, () => f.local('i32'))
  const value = f.local('v128')
  return totals.map((total, q) => {
    const first = i32.add(row.get, i32.shl(i32.add(quad.get, c(q)), c(2)))
    const offset = i32.shl(r.get, c(2))
    const inToken = i32.shl(i32.add(i32.mul(i32.add(token.get, c(t)), rows.get), r.get), c(2))
    const lanes = (from: Local<'i32'>, place: I32): Statement =>
      when(from.get, seq(at.set(i32.add(from.get, place)), value.set(add(value.get, v128.load(at.get)))))
    return seq(
      r.set(first),
      left.set(i32.sub(rows.get, r.get)),
      when(
        i32.gtS(left.get, c(0)),
        seq(
          value.set(total.get),
          lanes(bias, offset),
          lanes(residual, inToken),
          at.set(i32.add(out.get, inToken)),
          when(
            i32.geS(left.get, c(4)),
            v128.store(at.get, value.get),
            seq(
              v128.store32Lane(at.get, value.get, 0),
              when(i32.gtS(left.get, c(1)), v128.store32Lane(at.get, value.get, 1, 4)),
              when(i32.gtS(left.get, c(2)), v128.store32Lane(at.get, value.get, 2, 8)),
            ),
          ),
        ),
      ),
    )
  })
}
