/**
 * RMSNorm of rows: out = in / sqrt(mean(in²) + eps) · weight, the mean in float64.
 * takes  x, gain, out, width, eps (its bits) · items are rows; out may be x
 */
import { f32, f32x4, f64, f64x2, i8x16, i32, seq, v128 } from '../../ladder/wasm/code.js'
import type { ModuleBuilder } from '../../ladder/wasm/module.js'
import { addOp, advance, c } from './op.js'

export const norm = 'norm'

/** The upper two lanes in place of the lower. */
const upper = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]

export function emitNorm(module: ModuleBuilder): void {
  addOp(module, norm, (f, { a: [x, gain, out, width, eps], from, to }) => {
    const [row, at, place, end, left] = Array.from({ length: 5 }, () => f.local('i32'))
    const [v, low, high] = Array.from({ length: 3 }, () => f.local('v128'))
    const sum = f.local('f64')
    const scale = f.local('f32')
    const bytes = () => i32.shl(width.get, c(2))
    const whole = () => i32.shl(i32.and(width.get, c(-4)), c(2))
    const square = (half: typeof low, value: ReturnType<typeof f64x2.promoteLowF32x4>) =>
      seq(v.set(value), half.set(f64x2.add(half.get, f64x2.mul(v.get, v.get))))
    const value = f.local('v128')
    return seq(
      row.set(from.get),
      f.while(
        row,
        to.get,
        1,
        at.set(i32.add(x.get, i32.mul(row.get, bytes()))),
        left.set(i32.add(at.get, bytes())),
        end.set(i32.add(at.get, whole())),
        low.set(v128.const(new Array(16).fill(0))),
        high.set(v128.const(new Array(16).fill(0))),
        f.while(
          at,
          end.get,
          16,
          value.set(v128.load(at.get)),
          square(low, f64x2.promoteLowF32x4(value.get)),
          square(high, f64x2.promoteLowF32x4(i8x16.shuffle(value.get, value.get, upper))),
        ),
        low.set(f64x2.add(low.get, high.get)),
        sum.set(f64.add(f64x2.extract(low.get, 0), f64x2.extract(low.get, 1))),
        f.while(
          at,
          left.get,
          4,
          sum.set(f64.add(sum.get, f64.mul(f64.promote(f32.load(at.get)), f64.promote(f32.load(at.get))))),
        ),
        scale.set(
          f32.demote(
            f64.div(
              f64.const(1),
              f64.sqrt(f64.add(f64.div(sum.get, f64.convertI32(width.get)), f64.promote(f32.reinterpretI32(eps.get)))),
            ),
          ),
        ),
        place.set(i32.add(out.get, i32.mul(row.get, bytes()))),
        at.set(i32.sub(at.get, bytes())),
        end.set(i32.add(at.get, whole())),
        left.set(gain.get),
        f.while(
          at,
          end.get,
          16,
          v128.store(place.get, f32x4.mul(f32x4.mul(v128.load(at.get), f32x4.splat(scale.get)), v128.load(left.get))),
          advance(place, 16),
          advance(left, 16),
        ),
        end.set(i32.add(gain.get, bytes())),
        f.while(
          left,
          end.get,
          4,
          f32.store(place.get, f32.mul(f32.mul(f32.load(at.get), scale.get), f32.load(left.get))),
          advance(place, 4),
          advance(at, 4),
        ),
      ),
    )
  })
}
