/** The functional core against plain sums, over the switches, widths and shapes. */
import { describe, expect, it } from 'vitest'
import { type CoreConfig, exactTableBits, m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { correct } from '../../../../kernels/lut-core/core/correction.js'
import { FunctionalArray } from '../../../../kernels/lut-core/core/functional.js'
import { groupsOf } from '../../../../kernels/lut-core/core/groups.js'
import { packLines } from '../../../../kernels/lut-core/core/pack.js'
import { buildTables } from '../../../../kernels/lut-core/core/tables.js'
import { random } from '../../random.js'
import { switches } from './switches.js'

/** Sums of a random weight and activations through the array, and plainly. */
function both(config: CoreConfig, bits: number, cols: number, seed: number): { ours: number[]; plain: number[] } {
  const next = random(seed)
  const { m, n, k, activation } = config
  const rows = n + 3
  const lowest = -Math.floor(next() * 2 ** bits)
  const values = Int8Array.from({ length: rows * cols }, () =>
    Math.max(-128, Math.min(127, lowest + Math.floor(next() * 2 ** bits))),
  )
  const most = activation === 'i8' ? 127 : 32767
  const x = Int16Array.from({ length: m * cols }, () => Math.round((2 * next() - 1) * most))
  const weight = { rows, cols, segment: cols, bits, lowest, values }
  const groups = groupsOf(cols, cols, k)
  const { tables, shifts, units } = buildTables(config, x, m, cols, groups)
  const array = new FunctionalArray(config)
  const ours: number[] = []
  const plain: number[] = []
  for (let row = 0; row < rows; row += n) {
    const accumulators = new Int32Array(m * n)
    const weights = packLines(config, weight, row, groups)
    array.multiply({ groups: groups.length, planes: bits, tables, shifts, weights }, accumulators)
    for (let t = 0; t < m; t++)
      for (let r = row; r < Math.min(row + n, rows); r++) {
        let sumOfX = 0
        let sum = 0
        for (let c = 0; c < cols; c++) {
          sumOfX += x[t * cols + c]
          sum += values[r * cols + c] * x[t * cols + c]
        }
        ours.push(correct(config, weight, accumulators[t * n + (r - row)] * units[t], sumOfX))
        plain.push(sum)
      }
  }
  return { ours, plain }
}

describe('the functional core', () => {
  for (const [name, ideas] of switches)
    it.each([2, 3, 4, 5, 6])(`${name}, K = %d: exactly the plain sums`, (k) => {
      for (const activation of ['i8', 'i16'] as const)
        for (let bits = 1; bits <= 8; bits++) {
          const shape = { ...m2n64k4, m: 3, n: 5, k, activation, ideas }
          const config = { ...shape, tableBits: exactTableBits(shape) ?? 0 }
          const { ours, plain } = both(config, bits, 1 + ((bits * 7 + k * 3) % 23), bits * 10 + k)
          expect(ours).toEqual(plain)
        }
    })

  it('wraps around at the width of its accumulators', () => {
    const config = { ...m2n64k4, m: 1, n: 1, accumulatorBits: 12 }
    const array = new FunctionalArray(config)
    const groups = groupsOf(400, 400, 4)
    const x = new Int16Array(400).fill(127)
    const weight = { rows: 1, cols: 400, segment: 400, bits: 1, lowest: 0, values: new Int8Array(400).fill(1) }
    const sums = new Int32Array(1)
    const { tables } = buildTables(config, x, 1, 400, groups)
    array.multiply({ groups: 100, planes: 1, tables, weights: packLines(config, weight, 0, groups) }, sums)
    expect(sums[0]).toBe(((400 * 127) << 20) >> 20)
    expect(array.lookups).toBe(100)
  })
})
