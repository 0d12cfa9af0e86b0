/**
 * The core type i32x4.dot_i16x8_s: 4 rows × 2 columns, whole numbers of 16 bits by such of 8. Codes become whole numbers in
 * registers: bits of lanes shifted and masked (`affine`), or nibbles through a table of 16 (`table`).
 * takes  a layout `sliced(bits, 16, …)` or `nibbles` · gives  exact sums, lowest · Σq added
 */

import type { Layout } from '../../tile/layout.js'
import { f32x4, i8x16, i16x8, i32, i32x4, type Statement, seq, type V128, v128 } from '../code.js'
import { grid, type MakeCore } from './core.js'
import { addOffset, type Offset } from './offset.js'

export function dot16(layout: Layout, offset: Offset, table?: readonly number[]): MakeCore {
  return (f, tokens, quads) => {
    const sums = grid(f, tokens, quads)
    const held = Array.from({ length: quads }, () => layout.parts.map(() => f.local('v128')))
    const x = f.local('v128')
    const pairs = Array.from({ length: quads }, () => [0, 1, 2, 3].map(() => f.local('v128')))
    const perQuad = (layout.unitBytes * 4) / layout.tileRows
    const multiply = (q: number, weights: V128, token: number): Statement =>
      sums[token][q].set(i32x4.add(sums[token][q].get, i32x4.dotI16x8(weights, x.get)))

    /** Codes of four rows and the pair k of columns. */
    const slice = (q: number, k: number): V128 =>
      layout.parts
        .map(({ from, width }, p) => {
          const slots = 16 / width
          const slot = k % slots
          const shifted = slot === 0 ? held[q][p].get : i16x8.shrU(held[q][p].get, i32.const(slot * width))
          const alone = (slot + 1) * width === 16 ? shifted : v128.and(shifted, splat16((1 << width) - 1))
          return from === 0 ? alone : i16x8.shl(alone, i32.const(from))
        })
        .reduce((a, b) => v128.or(a, b))
    const loads = (q: number, k: number, first: boolean, weights: readonly number[]): Statement =>
      seq(
        ...layout.parts.map(({ width, at }, p) => {
          const slots = 16 / width
          return k % slots === 0 || first
            ? held[q][p].set(v128.load(weights, q * perQuad + at / 8 + 16 * Math.floor(k / slots)))
            : []
        }),
      )
    const byTable = (q: number, k: number, weights: readonly number[]): Statement => {
      if (k % 4 !== 0) return []
      const [codes] = held[q]
      const values = v128.const(table as number[])
      const low = i8x16.swizzle(values, v128.and(codes.get, i8x16.splat(i32.const(15))))
      const high = i8x16.swizzle(values, v128.and(i16x8.shrU(codes.get, i32.const(4)), i8x16.splat(i32.const(15))))
      return seq(
        codes.set(v128.load(weights, q * perQuad + 16 * (k / 4))),
        pairs[q][1].set(low),
        pairs[q][0].set(i16x8.extendLowS(pairs[q][1].get)),
        pairs[q][1].set(i16x8.extendHighS(pairs[q][1].get)),
        pairs[q][3].set(high),
        pairs[q][2].set(i16x8.extendLowS(pairs[q][3].get)),
        pairs[q][3].set(i16x8.extendHighS(pairs[q][3].get)),
      )
    }
    return {
      tokens,
      quads,
      begin: () => seq(...sums.flat().map((sum) => sum.set(v128.const(new Array(16).fill(0))))),
      add: ({ weights, values }, from, to) => {
        const steps: Statement[] = []
        for (let k = from / 2; k < to / 2; k++) {
          for (let q = 0; q < quads; q++)
            steps.push(table ? byTable(q, k, weights) : loads(q, k, k === from / 2, weights))
          for (let t = 0; t < tokens; t++) {
            steps.push(x.set(v128.load32Splat(values[t], 4 * k)))
            for (let q = 0; q < quads; q++) {
              // With several tokens a slice is made once: it waits in a local.
              if (!table && tokens > 1 && t === 0) steps.push(pairs[q][0].set(slice(q, k)))
              const weight = table ? pairs[q][k % 4].get : tokens > 1 ? pairs[q][0].get : slice(q, k)
              steps.push(multiply(q, weight, t))
            }
          }
        }
        return seq(...steps)
      },
      end: ({ info }) => seq(...sums.map((row, t) => addOffset(offset, row, info[t], x))),
      sum: (token, quad) => f32x4.convertI32x4(sums[token][quad].get),
      whole: (token, quad) => sums[token][quad].get,
    }
  }
}

export function splat16(value: number): V128 {
  return v128.const(Array.from({ length: 16 }, (_, i) => (i % 2 ? value >> 8 : value & 255)))
}
