/**
 * e^x of four lanes, within 2 ulp: x = n · ln 2 + r, a polynomial for e^r, 2^n by the exponent's bits. Below -87 and above 88
 * it stays at those ends; NaN stays NaN.
 * after  ./attention, ./gate
 */
import { f32, f32x4, i32, i32x4, type Statement, seq, type V128 } from '../../ladder/wasm/code.js'
import type { FunctionBuilder, Local } from '../../ladder/wasm/module.js'

const splat = (value: number): V128 => f32x4.splat(f32.const(value))

/** Of e^r - 1 - r over r², highest power first (Cephes' expf). */
const coefficients = [1.9875691e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]
/** ln 2 as a part with few bits, whose products are exact, and the rest. */
const [ln2High, ln2Low] = [0.693359375, -2.1219444e-4]

/** A maker of statements that set `x` to its e^x; the locals it needs are made once. */
export function exponential(f: FunctionBuilder): (x: Local<'v128'>) => Statement {
  const [n, r, y] = [f.local('v128'), f.local('v128'), f.local('v128')]
  return (x) =>
    seq(
      // In this order of operands the comparison with NaN takes x.
      x.set(f32x4.pmax(f32x4.pmin(x.get, splat(88)), splat(-87))),
      n.set(f32x4.nearest(f32x4.mul(x.get, splat(Math.LOG2E)))),
      r.set(f32x4.sub(x.get, f32x4.mul(n.get, splat(ln2High)))),
      r.set(f32x4.sub(r.get, f32x4.mul(n.get, splat(ln2Low)))),
      y.set(splat(coefficients[0])),
      ...coefficients.slice(1).map((value) => y.set(f32x4.add(f32x4.mul(y.get, r.get), splat(value)))),
      y.set(f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(y.get, r.get), r.get), r.get), splat(1))),
      x.set(
        f32x4.mul(y.get, i32x4.shl(i32x4.add(i32x4.truncSatF32x4(n.get), i32x4.splat(i32.const(127))), i32.const(23))),
      ),
    )
}
