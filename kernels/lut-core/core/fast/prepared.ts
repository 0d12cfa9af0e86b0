/**
 * The tokens that a kernel was prepared with, and their tables, built when the first linear asks: only then is it known
 * which columns share a scale. Linears over the same input share them.
 * takes  values (tokens × cols) · gives  whole tables, and Σ x of every segment
 * before ./full-tables · after ./weight, ../../core
 */
import type { CoreConfig } from '../../config.js'
import { type Group, groupsOf } from '../groups.js'
import { fillTables } from './full-tables.js'

export interface PreparedTables {
  readonly groups: readonly Group[]
  /** tokens × groups × 2^K */
  readonly tables: Int32Array | Float32Array
  /** What 1 in a sum of the array is worth, for each token. */
  units: Float64Array
}

interface Held extends PreparedTables {
  /** The `prepare` that they belong to. */
  of: number
}

export class Prepared {
  tokens = 0
  cols = 0
  /** Tables built since creation. */
  built = 0
  #values = new Float32Array(0)
  #times = 0
  readonly #held = new Map<number, Held>()

  constructor(readonly config: CoreConfig) {}

  /** Space for the values of `tokens` tokens, which the caller fills. */
  begin(tokens: number, cols: number): Float32Array {
    if (this.#values.length < tokens * cols) this.#values = new Float32Array(tokens * cols)
    this.tokens = tokens
    this.cols = cols
    this.#times++
    return this.#values
  }

  tablesFor(segment: number): PreparedTables {
    const { config, cols, tokens } = this
    // Where whole groups fit into a segment, groups are the same as without segments.
    const grouped = segment % config.k === 0 ? cols : Math.min(segment, cols)
    const key = cols * 2 ** 24 + grouped
    const held = this.#held.get(key) ?? this.#hold(grouped)
    this.#held.set(key, held)
    if (held.of !== this.#times) {
      held.units = fillTables(config, this.#values, tokens, cols, held.groups, held.tables)
      held.of = this.#times
      this.built += tokens * held.groups.length
    }
    return held
  }

  sumOfX(token: number, from: number, to: number): number {
    const values = this.#values
    const at = token * this.cols
    let sum = 0
    for (let c = from; c < to; c++) sum += values[at + c]
    return sum
  }

  #hold(grouped: number): Held {
    const { k, m, tableMode } = this.config
    const groups = groupsOf(this.cols, grouped, k)
    const size = m * groups.length * 2 ** k
    const tables = tableMode === 'float' ? new Float32Array(size) : new Int32Array(size)
    return { groups, tables, units: new Float64Array(m), of: 0 }
  }
}
