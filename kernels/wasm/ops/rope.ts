/**
 * Rotary embedding in place, by a table of cosines and sines for every token (../rotation fills it).
 * takes  x, table (tokens × 2 · frequencies) · items are tokens
 * halves: cosines, then sines. pairs: every cosine twice, then every sine twice, the first of two negated.
 */
import { f32, f32x4, i8x16, i32, type Statement, seq, type V128, v128 } from '../../ladder/wasm/code.js'
import type { FunctionBuilder, Local, ModuleBuilder } from '../../ladder/wasm/module.js'
import { addOp, advance, c } from './op.js'

export interface RopeShape {
  readonly heads: number
  readonly headDim: number
  readonly frequencies: number
  readonly style: 'pairs' | 'halves'
}

export const ropeName = ({ heads, headDim, frequencies, style }: RopeShape): string =>
  `rope ${heads} x ${headDim} ${style} ${frequencies}`

/** Floats of a token's table. */
export const ropeTable = ({ frequencies, style }: RopeShape): number => (style === 'pairs' ? 4 : 2) * frequencies

/** Lanes 1, 0, 3, 2. */
const swapped = [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]

export function emitRope(module: ModuleBuilder, shape: RopeShape): void {
  const { heads, headDim } = shape
  addOp(module, ropeName(shape), (f, { a: [x, table], from, to }) => {
    const [token, head, at, angles] = Array.from({ length: 4 }, () => f.local('i32'))
    const turn = shape.style === 'pairs' ? pairs(f, shape, at, angles) : halves(f, shape, at, angles)
    return seq(
      token.set(from.get),
      f.while(
        token,
        to.get,
        1,
        at.set(i32.add(x.get, i32.mul(token.get, c(4 * heads * headDim)))),
        angles.set(i32.add(table.get, i32.mul(token.get, c(4 * ropeTable(shape))))),
        head.set(c(0)),
        f.while(head, c(heads), 1, turn, advance(at, 4 * headDim)),
      ),
    )
  })
}

/** One head; `at` and `angles` stay. Four floats at a time, the rest one by one. */
function halves(f: FunctionBuilder, { frequencies }: RopeShape, at: Local<'i32'>, angles: Local<'i32'>): Statement {
  const [i, place, angle] = [f.local('i32'), f.local('i32'), f.local('i32')]
  const [va, vb] = [f.local('v128'), f.local('v128')]
  const [a, b] = [f.local('f32'), f.local('f32')]
  const apart = 4 * frequencies
  const [whole, all] = [apart - (apart % 16), apart]
  const begin = seq(place.set(i32.add(at.get, i.get)), angle.set(i32.add(angles.get, i.get)))
  return seq(
    i.set(c(0)),
    f.while(
      i,
      c(whole),
      16,
      begin,
      va.set(v128.load(place.get)),
      vb.set(v128.load(place.get, apart)),
      v128.store(place.get, f32x4.sub(f32x4.mul(va.get, cos4()), f32x4.mul(vb.get, sin4()))),
      v128.store(place.get, f32x4.add(f32x4.mul(va.get, sin4()), f32x4.mul(vb.get, cos4())), apart),
    ),
    f.while(
      i,
      c(all),
      4,
      begin,
      a.set(f32.load(place.get)),
      b.set(f32.load(place.get, apart)),
      f32.store(place.get, f32.sub(f32.mul(a.get, f32.load(angle.get)), f32.mul(b.get, f32.load(angle.get, apart)))),
      f32.store(
        place.get,
        f32.add(f32.mul(a.get, f32.load(angle.get, apart)), f32.mul(b.get, f32.load(angle.get))),
        apart,
      ),
    ),
  )
  function cos4(): V128 {
    return v128.load(angle.get)
  }
  function sin4(): V128 {
    return v128.load(angle.get, apart)
  }
}

function pairs(f: FunctionBuilder, { frequencies }: RopeShape, at: Local<'i32'>, angles: Local<'i32'>): Statement {
  const [i, place, angle] = [f.local('i32'), f.local('i32'), f.local('i32')]
  const v = f.local('v128')
  const [a, b] = [f.local('f32'), f.local('f32')]
  const sines = 8 * frequencies
  const [whole, all] = [sines - (sines % 16), sines]
  const begin = seq(place.set(i32.add(at.get, i.get)), angle.set(i32.add(angles.get, i.get)))
  return seq(
    i.set(c(0)),
    f.while(
      i,
      c(whole),
      16,
      begin,
      v.set(v128.load(place.get)),
      v128.store(
        place.get,
        f32x4.add(
          f32x4.mul(v.get, v128.load(angle.get)),
          f32x4.mul(i8x16.shuffle(v.get, v.get, swapped), v128.load(angle.get, sines)),
        ),
      ),
    ),
    f.while(
      i,
      c(all),
      8,
      begin,
      a.set(f32.load(place.get)),
      b.set(f32.load(place.get, 4)),
      f32.store(place.get, f32.add(f32.mul(a.get, f32.load(angle.get)), f32.mul(b.get, f32.load(angle.get, sines)))),
      f32.store(
        place.get,
        f32.add(f32.mul(b.get, f32.load(angle.get)), f32.mul(a.get, f32.load(angle.get, sines + 4))),
        4,
      ),
    ),
  )
}
