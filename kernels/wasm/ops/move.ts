/**
 * Ops that move numbers: inputs into another order, keys and values into a cache.
 * gather: x, places (int32), out, width · items are tokens
 * append: k, v (tokens × heads · headDim), keys, values (heads × capacity × headDim), capacity, position · items are tokens
 */
import { f32, i32, type Statement, seq, v128 } from '../../ladder/wasm/code.js'
import type { ModuleBuilder } from '../../ladder/wasm/module.js'
import { addOp, advance, c } from './op.js'

export const gather = 'gather'
export const appendName = (heads: number, headDim: number): string => `append ${heads} x ${headDim}`

export function emitGather(module: ModuleBuilder): void {
  addOp(module, gather, (f, { a: [x, places, out, width], from, to }) => {
    const [token, at, end, row, place] = Array.from({ length: 5 }, () => f.local('i32'))
    const bytes = () => i32.shl(width.get, c(2))
    return seq(
      token.set(from.get),
      f.while(
        token,
        to.get,
        1,
        row.set(i32.add(x.get, i32.mul(token.get, bytes()))),
        at.set(i32.add(out.get, i32.mul(token.get, bytes()))),
        end.set(i32.add(at.get, bytes())),
        place.set(places.get),
        f.while(
          at,
          end.get,
          4,
          f32.store(at.get, f32.load(i32.add(row.get, i32.shl(i32.load(place.get), c(2))))),
          advance(place, 4),
        ),
      ),
    )
  })
}

export function emitAppend(module: ModuleBuilder, heads: number, headDim: number): void {
  addOp(module, appendName(heads, headDim), (f, { a: [k, v, keys, values, capacity, position], from, to }) => {
    const [token, head, read, write, end] = Array.from({ length: 5 }, () => f.local('i32'))
    const bytes = 4 * headDim
    const whole = bytes - (bytes % 16)
    const copyTo = (source: typeof k, cache: typeof k): Statement =>
      seq(
        read.set(i32.add(source.get, i32.mul(i32.add(i32.mul(token.get, c(heads)), head.get), c(bytes)))),
        write.set(
          i32.add(
            cache.get,
            i32.mul(i32.add(i32.mul(head.get, capacity.get), i32.add(position.get, token.get)), c(bytes)),
          ),
        ),
        end.set(i32.add(read.get, c(whole))),
        f.while(read, end.get, 16, v128.store(write.get, v128.load(read.get)), advance(write, 16)),
        ...Array.from({ length: (bytes - whole) / 4 }, (_, i) =>
          f32.store(write.get, f32.load(read.get, 4 * i), 4 * i),
        ),
      )
    return seq(
      token.set(from.get),
      f.while(token, to.get, 1, head.set(c(0)), f.while(head, c(heads), 1, copyTo(k, keys), copyTo(v, values))),
    )
  })
}
