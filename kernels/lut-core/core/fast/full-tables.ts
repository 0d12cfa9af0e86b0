/**
 * Whole tables for the fast path: 2^K entries, mirrored where the core has half of them, and already shifted, so that a
 * lookup is one read. The numbers are those of ../tables.
 * takes  values (tokens × cols), groups of columns · gives  tables (tokens × groups × 2^K), Int32 or, in mode float, Float32
 * before ../tables · after ./prepared
 */
import { type CoreConfig, entriesOf } from '../../config.js'
import { entryReader } from '../entry.js'
import type { Group } from '../groups.js'
import { buildTables } from '../tables.js'

/** Fills `tables`; gives what 1 in the sums is worth, for each token. */
export function fillTables(
  config: CoreConfig,
  values: Float32Array,
  tokens: number,
  cols: number,
  groups: readonly Group[],
  tables: Int32Array | Float32Array,
): Float64Array {
  if (config.tableMode === 'exact' && tables instanceof Int32Array) {
    fillExact(config, values, tokens, cols, groups, tables)
    return new Float64Array(tokens).fill(1)
  }
  const built = buildTables(config, values, tokens, cols, groups)
  const read = entryReader(config, built.tables)
  const { k, m, ideas } = config
  const half = entriesOf(config)
  const whole = 1 << k
  const top = ideas.symmetrization ? whole >> 1 : whole
  for (let t = 0; t < tokens; t++)
    for (let g = 0; g < groups.length; g++) {
      const from = (g * m + t) * half
      const to = (t * groups.length + g) * whole
      const shift = built.shifts ? 2 ** built.shifts[g * m + t] : 1
      for (let i = 0; i < whole; i++)
        tables[to + i] = shift * (i < top ? read(from + i) : -read(from + (~i & (top - 1))))
    }
  return built.units
}

/** Setting bit j adds x[j], or turns -x[j] into +x[j]. */
function fillExact(
  { k, ideas }: CoreConfig,
  values: Float32Array,
  tokens: number,
  cols: number,
  groups: readonly Group[],
  tables: Int32Array,
): void {
  const step = ideas.reinterpretation ? 2 : 1
  let at = 0
  for (let t = 0; t < tokens; t++)
    for (const { from, to } of groups) {
      let none = 0
      if (ideas.reinterpretation) for (let c = from; c < to; c++) none -= values[t * cols + c]
      tables[at] = none
      for (let j = 0; j < k; j++) {
        const more = from + j < to ? step * values[t * cols + from + j] : 0
        for (let i = 0, bit = 1 << j; i < bit; i++) tables[at + bit + i] = tables[at + i] + more
      }
      at += 1 << k
    }
}
