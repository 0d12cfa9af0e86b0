/**
 * Ops on elements, four at a time: gates and sums.
 * takes  a, b, out, elements · items are groups of four; the last one may be shorter
 */
import { f32, f32x4, i32, type Statement, seq, type V128, v128, when } from '../../ladder/wasm/code.js'
import type { FunctionBuilder, Local, ModuleBuilder } from '../../ladder/wasm/module.js'
import { exponential } from './exp.js'
import { addOp, c } from './op.js'

export type Activation = 'silu' | 'relu2' | 'gelu'

export const add = 'add'
export const gateName = (activation: Activation): string => `gate ${activation}`

const splat = (value: number): V128 => f32x4.splat(f32.const(value))

export function emitAdd(module: ModuleBuilder): void {
  emit(module, add, () => (a, b) => a.set(f32x4.add(a.get, b.get)))
}

/** out = activation(gate) · up. */
export function emitGate(module: ModuleBuilder, activation: Activation): void {
  emit(module, gateName(activation), (f) => {
    if (activation === 'relu2')
      return (a, b) => seq(a.set(f32x4.max(a.get, splat(0))), a.set(f32x4.mul(f32x4.mul(a.get, a.get), b.get)))
    const exp = exponential(f)
    const e = f.local('v128')
    // x · sigmoid(u): of silu, u = x; of gelu's tanh form, u = 2 √(2/π) (x + 0.044715 x³).
    const minusU = (x: Local<'v128'>): V128 =>
      activation === 'silu'
        ? f32x4.neg(x.get)
        : f32x4.mul(
            f32x4.mul(x.get, splat(-2 * Math.sqrt(2 / Math.PI))),
            f32x4.add(splat(1), f32x4.mul(f32x4.mul(x.get, x.get), splat(0.044715))),
          )
    return (a, b) =>
      seq(e.set(minusU(a)), exp(e), a.set(f32x4.mul(f32x4.div(a.get, f32x4.add(e.get, splat(1))), b.get)))
  })
}

/** `combine` leaves the result of a and b in a. */
function emit(
  module: ModuleBuilder,
  name: string,
  make: (f: FunctionBuilder) => (a: Local<'v128'>, b: Local<'v128'>) => Statement,
): void {
  addOp(module, name, (f, { a: [first, second, out, elements], from, to }) => {
    const combine = make(f)
    const [a, b] = [f.local('v128'), f.local('v128')]
    const [at, end, left, place] = Array.from({ length: 4 }, () => f.local('i32'))
    return seq(
      at.set(i32.shl(from.get, c(4))),
      end.set(i32.shl(to.get, c(4))),
      f.while(
        at,
        end.get,
        16,
        a.set(v128.load(i32.add(first.get, at.get))),
        b.set(v128.load(i32.add(second.get, at.get))),
        combine(a, b),
        place.set(i32.add(out.get, at.get)),
        left.set(i32.sub(elements.get, i32.shrU(at.get, c(2)))),
        when(
          i32.geS(left.get, c(4)),
          v128.store(place.get, a.get),
          seq(
            v128.store32Lane(place.get, a.get, 0),
            when(i32.gtS(left.get, c(1)), v128.store32Lane(place.get, a.get, 1, 4)),
            when(i32.gtS(left.get, c(2)), v128.store32Lane(place.get, a.get, 2, 8)),
          ),
        ),
      ),
    )
  })
}
