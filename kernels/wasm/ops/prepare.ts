/**
 * A kernel's `prepare` over a range of tokens, as crews call functions.
 * takes  x, prepared, cols, the bytes of a token in both · items are tokens
 */
import { call, i32, type Statement } from '../../ladder/wasm/code.js'
import type { ModuleBuilder } from '../../ladder/wasm/module.js'
import { addOp } from './op.js'

export const prepareName = (prepare: string): string => `range of ${prepare}`

export function emitPrepare(module: ModuleBuilder, prepare: string): void {
  const index = module.index(prepare)
  addOp(module, prepareName(prepare), (_, { a: [x, prepared, cols, xBytes, preparedBytes], from, to }) => {
    const begin = (base: typeof x, bytes: typeof x) => i32.add(base.get, i32.mul(from.get, bytes.get))
    return call(
      index,
      begin(x, xBytes),
      begin(prepared, preparedBytes),
      cols.get,
      i32.sub(to.get, from.get),
    ) as Statement
  })
}
