/**
 * The array in function: the truth that RTL and fast path answer to. One lookup after the other, in the order in which the
 * array does them.
 * takes  operands (layouts: ../array) · gives  sums in accumulators (M × N)
 * before ./pack, ./tables · after ../lmma/machine
 */
import { type LutArray, lineBytes, type Operands } from '../array.js'
import { type CoreConfig, checkConfig, entriesOf } from '../config.js'
import { entryReader } from './entry.js'

export class FunctionalArray implements LutArray {
  readonly simulated = true
  readonly config: CoreConfig
  /** Lookups done since creation. */
  lookups = 0

  constructor(config: CoreConfig) {
    this.config = checkConfig(config)
  }

  multiply(operands: Operands, accumulators: Int32Array | Float32Array): void {
    const { config } = this
    const { m, n, k, ideas, accumulatorBits } = config
    const { groups, planes, tables, shifts, weights } = operands
    const entries = entriesOf(config)
    const line = lineBytes(config)
    const entry = entryReader(config, tables)
    const unused = 32 - accumulatorBits
    for (let g = 0; g < groups; g++)
      for (let plane = 0; plane < planes; plane++)
        for (let t = 0; t < m; t++) {
          const table = (g * m + t) * entries
          const shift = plane + (shifts ? shifts[g * m + t] : 0)
          for (let row = 0; row < n; row++) {
            const field = fieldAt(weights, (g * planes + plane) * line, row * k, k)
            const at = t * n + row
            const value = this.#lookUp(ideas, entry, table, field)
            if (accumulators instanceof Float32Array) accumulators[at] += value * 2 ** shift
            else accumulators[at] = ((accumulators[at] + (shift > 31 ? 0 : value << shift)) << unused) >> unused
          }
        }
    this.lookups += groups * planes * m * n
  }

  /** Entry of an index of K bits; the array turns its sign where the table is half a table. */
  #lookUp(ideas: CoreConfig['ideas'], entry: (index: number) => number, table: number, field: number): number {
    if (!ideas.symmetrization) return entry(table + field)
    const top = 1 << (this.config.k - 1)
    if (!(field & top)) return entry(table + field)
    return -entry(table + ((ideas.negationElimination ? field : ~field) & (top - 1)))
  }
}

function fieldAt(bytes: Uint8Array, line: number, bit: number, width: number): number {
  const at = line + (bit >> 3)
  const two = bytes[at] | ((bytes[at + 1] ?? 0) << 8)
  return (two >> (bit & 7)) & ((1 << width) - 1)
}
