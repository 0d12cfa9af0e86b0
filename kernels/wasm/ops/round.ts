/**
 * A token's activations rounded as in the int8 mode, but kept as floats: q · scale, q the nearest even of x · (127 / max|x|).
 * takes  x, out, width · items are tokens
 */
import { f32, i32, seq } from '../../ladder/wasm/code.js'
import type { ModuleBuilder } from '../../ladder/wasm/module.js'
import { addOp, advance, c } from './op.js'

export const round = 'round int8'

export function emitRound(module: ModuleBuilder): void {
  addOp(module, round, (f, { a: [x, out, width], from, to }) => {
    const [token, at, end, place] = Array.from({ length: 4 }, () => f.local('i32'))
    const [most, inverse, scale, q] = Array.from({ length: 4 }, () => f.local('f32'))
    const bytes = () => i32.shl(width.get, c(2))
    const begin = () => seq(at.set(i32.add(x.get, i32.mul(token.get, bytes()))), end.set(i32.add(at.get, bytes())))
    return seq(
      token.set(from.get),
      f.while(
        token,
        to.get,
        1,
        most.set(f32.const(1e-5)),
        begin(),
        f.while(at, end.get, 4, most.set(f32.max(most.get, f32.abs(f32.load(at.get))))),
        inverse.set(f32.div(f32.const(127), most.get)),
        scale.set(f32.div(most.get, f32.const(127))),
        place.set(i32.add(out.get, i32.mul(token.get, bytes()))),
        begin(),
        f.while(
          at,
          end.get,
          4,
          q.set(f32.nearest(f32.mul(f32.load(at.get), inverse.get))),
          f32.store(place.get, f32.mul(f32.max(f32.min(q.get, f32.const(127)), f32.const(-128)), scale.get)),
          advance(place, 4),
        ),
      ),
    )
  })
}
