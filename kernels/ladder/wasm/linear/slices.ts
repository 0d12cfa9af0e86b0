/**
 * Codes out of lanes: `sliced` layouts read back, by shifts and masks, four rows and a vector's columns at a time.
 * takes  a layout `sliced(bits, lane, …)` · gives  loads of a unit's vectors, and the codes of step k of them
 * before ../../tile/layout · after ./dot16, ./dot7, ./real
 */
import type { Layout } from '../../tile/layout.js'
import { i16x8, i32, i32x4, type Statement, seq, type V128, v128 } from '../code.js'
import type { FunctionBuilder } from '../module.js'
import type { Place } from './core.js'

/** Bytes have no shifts of their own that are quick: 16-bit lanes shift, and the mask takes off what came across. */
const shifts = { 8: i16x8, 16: i16x8, 32: i32x4 } as const

export function slices(f: FunctionBuilder, layout: Layout, lane: 8 | 16 | 32, quads: number) {
  /** A local for each part, of every quad. */
  const held = Array.from({ length: quads }, () => layout.parts.map(() => f.local('v128')))
  const perQuad = quadBytes(layout)
  const { shl, shrU } = shifts[lane]
  return {
    held,
    /** What step k needs of quad q and is not there yet; `first`: nothing of the unit is. */
    load: (q: number, k: number, first: boolean, weights: Place['weights']): Statement =>
      seq(
        ...layout.parts.map(({ width, at }, p) => {
          const slots = lane / width
          return k % slots === 0 || first
            ? held[q][p].set(v128.load(weights, q * perQuad + at / 8 + 16 * Math.floor(k / slots)))
            : []
        }),
      ),
    codes: (q: number, k: number): V128 =>
      layout.parts
        .map(({ from, width }, p) => {
          const slot = k % (lane / width)
          const shifted = slot === 0 ? held[q][p].get : shrU(held[q][p].get, i32.const(slot * width))
          const clean = lane === 8 ? width === 8 : (slot + 1) * width === lane
          const alone = clean ? shifted : v128.and(shifted, splat(2 ** width - 1, lane))
          return from === 0 ? alone : shl(alone, i32.const(from))
        })
        .reduce((a, b) => v128.or(a, b)),
  }
}

/** Bytes of a unit that four rows take. */
export function quadBytes({ unitBytes, tileRows }: Layout): number {
  return (unitBytes * 4) / tileRows
}

function splat(value: number, lane: number): V128 {
  return v128.const(Array.from({ length: 16 }, (_, i) => (value >>> (8 * (i % (lane / 8)))) & 255))
}
