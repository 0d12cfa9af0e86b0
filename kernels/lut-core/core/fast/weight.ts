/**
 * A weight on the fast path: what the array's accumulators hold after all lookups of a token.
 * takes  tables of the tokens · gives  sums (segments × rows), as the array has them; ../correction makes Σ value · x of them
 * before ./planes, ./look-up, ./prepared · after ../../core
 */
import type { IntegerWeight } from '../../../../hal/accelerator.js'
import type { CoreConfig } from '../../config.js'
import { lookUpFloats, lookUpOne, lookUpTwo } from './look-up.js'
import { type Planes, packPlanes } from './planes.js'
import type { PreparedTables } from './prepared.js'

export class FastWeight {
  readonly segments: number
  /** Groups of K columns, over all segments. */
  readonly groups: number
  readonly #planes: Planes
  readonly #shape: Omit<IntegerWeight, 'values'>

  constructor(
    readonly config: CoreConfig,
    weight: IntegerWeight,
  ) {
    const { rows, cols, segment, bits, lowest } = weight
    this.#shape = { rows, cols, segment, bits, lowest }
    this.#planes = packPlanes(config.k, weight)
    this.segments = Math.ceil(cols / segment)
    this.groups = rows === 0 ? 0 : this.#planes.elements.length / (rows * Math.ceil(bits / 2))
  }

  get residentBytes(): number {
    return this.#planes.elements.byteLength
  }

  sum(prepared: PreparedTables, token: number, sums: Int32Array | Float32Array): void {
    const { rows, cols, segment, bits } = this.#shape
    const { k } = this.config
    const { elements, half } = this.#planes
    const { tables } = prepared
    const entries = 1 << k
    let table = token * prepared.groups.length * entries
    let element = 0
    sums.fill(0, 0, this.segments * rows)
    for (let s = 0, begin = 0; begin < cols; s++, begin += segment) {
      const groups = Math.ceil(Math.min(segment, cols - begin) / k)
      const to = s * rows
      if (tables instanceof Float32Array)
        lookUpFloats(elements, element, half, rows, tables, table, entries, groups, bits, sums as Float32Array, to)
      else
        for (let plane = 0; plane < bits; plane += 2) {
          const from = element + (plane >> 1) * rows * groups
          const last = plane + 1 === bits
          if (last) lookUpOne(elements, from, rows, tables, table, entries, groups, plane, sums as Int32Array, to)
          else lookUpTwo(elements, from, half, rows, tables, table, entries, groups, plane, sums as Int32Array, to)
        }
      element += Math.ceil(bits / 2) * rows * groups
      table += groups * entries
    }
    if (sums instanceof Int32Array) this.#wrap(sums, this.segments * rows)
  }

  /** Sums modulo 2^accumulatorBits are what the accumulator would have wrapped around to on the way. */
  #wrap(sums: Int32Array, count: number): void {
    const unused = 32 - this.config.accumulatorBits
    if (unused > 0) for (let i = 0; i < count; i++) sums[i] = (sums[i] << unused) >> unused
  }
}
