/**
 * The core type f32x4: 4 rows × 1 column, float32 by float32. Codes become floats in registers, by the type's own decode
 * expression; codes of vectors, and such whose table is too large, are read from the table one by one.
 * takes  a layout `sliced(bits, 32, …)` or `bytes` · gives  float32 sums of a panel, column after column
 */

import type { Layout } from '../../tile/layout.js'
import type { Real } from '../../type/expression.js'
import { f32x4, i32, type Statement, seq, type V128, v128 } from '../code.js'
import { grid, type MakeCore } from './core.js'
import { lower } from './lower.js'
import { quadBytes, slices } from './slices.js'

const zero = v128.const(new Array(16).fill(0))

export function real(layout: Layout, decode: Real, relaxed: boolean): MakeCore {
  return (f, tokens, quads) => {
    const sums = grid(f, tokens, quads)
    const { load, codes } = slices(f, layout, 32, quads)
    const values = Array.from({ length: quads }, () => f.local('v128'))
    const code = f.local('v128')
    const x = f.local('v128')
    return {
      tokens,
      quads,
      begin: () => seq(...sums.flat().map((sum) => sum.set(zero))),
      add: ({ weights, values: inputs }, from, to) => {
        const steps: Statement[] = []
        for (let k = from; k < to; k++) {
          for (let q = 0; q < quads; q++) {
            steps.push(load(q, k, k === from, weights))
            steps.push(code.set(codes(q, k)), values[q].set(lower(decode, code.get)))
          }
          for (let t = 0; t < tokens; t++) {
            steps.push(x.set(v128.load32Splat(inputs[t], 4 * k)))
            for (let q = 0; q < quads; q++)
              steps.push(sums[t][q].set(multiplyAdd(relaxed, values[q].get, x.get, sums[t][q].get)))
          }
        }
        return seq(...steps)
      },
      end: () => [],
      sum: (token, quad) => sums[token][quad].get,
    }
  }
}

/** By a table of float32 at the head of the packed weights: `lanes` values for each code. */
export function gathered(layout: Layout, lanes: number, relaxed: boolean): MakeCore {
  const [{ width }] = layout.parts
  return (f, tokens, quads) => {
    const sums = grid(f, tokens, quads)
    const values = Array.from({ length: quads }, () => Array.from({ length: lanes }, () => f.local('v128')))
    const x = f.local('v128')
    const entry = f.local('i32')
    const perQuad = quadBytes(layout)
    const load = width === 8 ? i32.load8U : i32.load16U
    return {
      tokens,
      quads,
      begin: () => seq(...sums.flat().map((sum) => sum.set(zero))),
      add: ({ weights, values: inputs, head }, from, to) => {
        const steps: Statement[] = []
        for (let k = from; k < to; k++) {
          for (let q = 0; q < quads; q++)
            for (let row = 0; row < 4; row++) {
              const at = q * perQuad + ((4 * k + row) * width) / 8
              steps.push(entry.set(i32.add(head, i32.mul(load(weights, at), i32.const(4 * lanes)))))
              for (let lane = 0; lane < lanes; lane++)
                steps.push(
                  values[q][lane].set(
                    row === 0
                      ? v128.load32Zero(entry.get, 4 * lane)
                      : v128.load32Lane(entry.get, values[q][lane].get, row, 4 * lane),
                  ),
                )
            }
          for (let t = 0; t < tokens; t++)
            for (let lane = 0; lane < lanes; lane++) {
              steps.push(x.set(v128.load32Splat(inputs[t], 4 * (k * lanes + lane))))
              for (let q = 0; q < quads; q++)
                steps.push(sums[t][q].set(multiplyAdd(relaxed, values[q][lane].get, x.get, sums[t][q].get)))
            }
        }
        return seq(...steps)
      },
      end: () => [],
      sum: (token, quad) => sums[token][quad].get,
    }
  }
}

function multiplyAdd(relaxed: boolean, a: V128, b: V128, sum: V128): V128 {
  return relaxed ? f32x4.relaxedMadd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b))
}
