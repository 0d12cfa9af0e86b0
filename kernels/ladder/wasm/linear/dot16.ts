/**
 * The core type i32x4.dot_i16x8_s: 4 rows × 2 columns, whole numbers of 16 bits by such of 8. Codes become whole numbers in
 * registers: bits of lanes shifted and masked (`affine`), or nibbles through a table of 16 (`table`).
 * takes  a layout `sliced(bits, 16, …)` or `nibbles` · gives  exact sums, lowest · Σq added · before ./slices
 */
import type { Layout } from '../../tile/layout.js'
import { f32x4, i8x16, i16x8, i32, i32x4, type Statement, seq, type V128, v128 } from '../code.js'
import { grid, type MakeCore } from './core.js'
import { addOffset, type Offset } from './offset.js'
import { quadBytes, slices } from './slices.js'

export function dot16(layout: Layout, offset: Offset, table?: readonly number[]): MakeCore {
  return (f, tokens, quads) => {
    const sums = grid(f, tokens, quads)
    const { held, load, codes: slice } = slices(f, layout, 16, quads)
    const x = f.local('v128')
    const pairs = Array.from({ length: quads }, () => [0, 1, 2, 3].map(() => f.local('v128')))
    const perQuad = quadBytes(layout)
    const multiply = (q: number, weights: V128, token: number): Statement =>
      sums[token][q].set(i32x4.add(sums[token][q].get, i32x4.dotI16x8(weights, x.get)))

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
            steps.push(table ? byTable(q, k, weights) : load(q, k, k === from / 2, weights))
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
