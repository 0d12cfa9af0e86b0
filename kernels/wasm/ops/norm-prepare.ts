/**
 * Norm and what its linears want of it as one pass: a token's row is rounded, or made into tables, while it is in cache.
 * takes  x, gain, row, cols, eps (its bits), then an address and a token's bytes for each form (two at most)
 *        items are tokens · before ./norm, kernels/ladder/wasm/linear/prepare · after ../linears
 */
import { call, type I32, i32, type Statement, seq } from '../../ladder/wasm/code.js'
import type { ModuleBuilder } from '../../ladder/wasm/module.js'
import { emitNorm, norm } from './norm.js'
import { addOp, c } from './op.js'

/** Forms that the arguments have room for. */
export const mostForms = 2

export const normPrepareName = (prepares: readonly string[]): string => `norm, ${prepares.join(', ')}`

export function emitNormPrepare(module: ModuleBuilder, prepares: readonly string[]): void {
  emitNorm(module)
  const normalize = module.index(norm)
  const indices = prepares.map((prepare) => module.index(prepare))
  addOp(module, normPrepareName(prepares), (f, { a: [x, gain, row, cols, eps, first], from, to, more }) => {
    const [firstBytes, second, secondBytes] = more
    const forms = [
      [first, firstBytes],
      [second, secondBytes],
    ]
    const token = f.local('i32')
    const next = i32.add(token.get, c(1))
    const place = (base: typeof x, bytes: I32) => i32.add(base.get, i32.mul(token.get, bytes))
    const none = [c(0), c(0), c(0), c(0)]
    return seq(
      token.set(from.get),
      f.while(
        token,
        to.get,
        1,
        call(normalize, x.get, gain.get, row.get, cols.get, eps.get, c(0), token.get, next, ...none) as Statement,
        ...indices.map(
          (prepare, i) =>
            call(
              prepare,
              place(row, i32.shl(cols.get, c(2))),
              place(forms[i][0], forms[i][1].get),
              cols.get,
              c(1),
            ) as Statement,
        ),
      ),
    )
  })
}
