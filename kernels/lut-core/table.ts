/**
 * The symmetric table of four activations: 8 entries instead of 16, since the other half are the same with the sign
 * flipped. Entry i is -x3 ± x2 ± x1 ± x0, + where the bit of i is set.
 * takes  x (cols) int8, columns beyond it are 0 · gives  8 int16 for each group of 4 columns
 * before ts quantization · after ./core
 */
import { K } from './reinterpret.js'

export const entries = 1 << (K - 1)

export function buildTables(x: Int8Array, tables: Int16Array): void {
  const groups = Math.ceil(x.length / K)
  for (let g = 0; g < groups; g++) {
    const at = g * entries
    const column = (j: number): number => (g * K + j < x.length ? x[g * K + j] : 0)
    tables[at] = -column(3) - column(2) - column(1) - column(0)
    // Setting bit j turns -xj into +xj.
    for (let j = 0; j < K - 1; j++)
      for (let i = 0, bit = 1 << j; i < bit; i++) tables[at + bit + i] = tables[at + i] + 2 * column(j)
  }
}
