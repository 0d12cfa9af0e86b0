/**
 * The core type i32x4.relaxed_dot_i8x16_i7x16_add_s: 4 rows × 4 columns, codes of 0 … 127 by whole numbers of 8 bits. It is
 * SDOT on ARM, VPDPBUSD or PMADDUBSW on x86; within 0 … 127 all give the same.
 * takes  a layout `sliced(bits, 8, …)`; a table of 16 where codes are no numbers · gives  exact sums, lowest · Σq added
 */

import type { Layout } from '../../tile/layout.js'
import { f32x4, i8x16, i32x4, type Statement, seq, type V128, v128 } from '../code.js'
import { grid, type MakeCore } from './core.js'
import { addOffset, type Offset } from './offset.js'
import { slices } from './slices.js'

export function dot7(layout: Layout, offset: Offset, table?: readonly number[]): MakeCore {
  return (f, tokens, quads) => {
    const sums = grid(f, tokens, quads)
    const { load, codes: inLanes } = slices(f, layout, 8, quads)
    const codes = Array.from({ length: quads }, () => f.local('v128'))
    const x = f.local('v128')
    /** Codes of four rows and the four columns of step k. */
    const slice = (q: number, k: number): V128 =>
      table ? i8x16.relaxedSwizzle(v128.const(table), inLanes(q, k)) : inLanes(q, k)
    return {
      tokens,
      quads,
      begin: () => seq(...sums.flat().map((sum) => sum.set(v128.const(new Array(16).fill(0))))),
      add: ({ weights, values }, from, to) => {
        const steps: Statement[] = []
        for (let k = from / 4; k < to / 4; k++) {
          for (let q = 0; q < quads; q++) steps.push(load(q, k, k === from / 4, weights))
          for (let t = 0; t < tokens; t++) {
            steps.push(x.set(v128.load32Splat(values[t], 4 * k)))
            for (let q = 0; q < quads; q++) {
              if (tokens > 1 && t === 0) steps.push(codes[q].set(slice(q, k)))
              const weight = tokens > 1 ? codes[q].get : slice(q, k)
              steps.push(sums[t][q].set(i32x4.relaxedDotI7Add(x.get, weight, sums[t][q].get)))
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
