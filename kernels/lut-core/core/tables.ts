/**
 * Lookup tables of activations, for every switch and table mode (layout: ../array). This is the fused operator that runs
 * once before the array; a core without it builds the same numbers from adders, exactly.
 * takes  x (tokens × cols), integers or decoded floats; groups of columns · gives  tables (groups × M × entries), shifts
 * before ./groups · after ./functional, ../lmma
 */
import { f32ToF16 } from '../../../hal/half.js'
import { entryBytes } from '../array.js'
import { type CoreConfig, entriesOf } from '../config.js'
import type { Group } from './groups.js'

export interface Tables {
  readonly tables: Uint8Array<ArrayBuffer>
  /** Mode shift: (groups × M). */
  readonly shifts?: Uint8Array<ArrayBuffer>
  /** What 1 in the array's sums is worth, for each token (M). */
  readonly units: Float64Array
}

/** Largest shift of a table: what four bits hold. */
export const mostShift = 15
/** Floats in mode shift: bits that sums keep below the unit of the largest table. */
const bitsBelow = 8

export function buildTables(
  config: CoreConfig,
  x: ArrayLike<number>,
  tokens: number,
  cols: number,
  groups: readonly Group[],
): Tables {
  const { m, tableMode } = config
  const entries = entriesOf(config)
  const sums = new Float64Array(groups.length * m * entries)
  groups.forEach((group, g) => {
    for (let t = 0; t < tokens; t++) sumEntries(config, x, t * cols, group, sums, (g * m + t) * entries)
  })
  const units = unitsOf(config, sums, groups.length)
  const shifts = tableMode === 'shift' ? new Uint8Array(groups.length * m) : undefined
  const tables = new Uint8Array(sums.length * entryBytes(config))
  const write = writer(config, tables)
  for (let table = 0; table < groups.length * m; table++) {
    const scaled = sums.subarray(table * entries, (table + 1) * entries)
    const unit = units[table % m]
    const shift = shifts ? shiftOf(config, scaled, unit) : 0
    if (shifts) shifts[table] = shift
    const step = unit * 2 ** shift
    for (let i = 0; i < entries; i++) write(table * entries + i, scaled[i] / step)
  }
  return { tables, shifts, units }
}

/** Entry i: ±x where bits mean -1 and +1, x or 0 where they mean 1 and 0; a symmetric table has i below 2^(K-1) only. */
function sumEntries(
  { k, ideas }: CoreConfig,
  x: ArrayLike<number>,
  token: number,
  { from, to }: Group,
  sums: Float64Array,
  at: number,
): void {
  const entries = 1 << (ideas.symmetrization ? k - 1 : k)
  for (let i = 0; i < entries; i++) {
    let sum = 0
    for (let c = from; c < to; c++) {
      const set = (i >> (c - from)) & 1
      sum += set ? x[token + c] : ideas.reinterpretation ? -x[token + c] : 0
    }
    sums[at + i] = sum
  }
}

/** Exact and float tables keep activations' own unit, and so do rounded tables of integers. */
function unitsOf(config: CoreConfig, sums: Float64Array, groups: number): Float64Array {
  const { m, tableMode, tableBits, activation } = config
  const units = new Float64Array(m).fill(1)
  const integers = activation === 'i8' || activation === 'i16'
  if (tableMode === 'exact' || tableMode === 'float' || (tableMode === 'shift' && integers)) return units
  const entries = entriesOf(config)
  const most = largestEntry(tableBits)
  for (let t = 0; t < m; t++) {
    let largest = 0
    for (let g = 0; g < groups; g++)
      for (let i = 0; i < entries; i++) largest = Math.max(largest, Math.abs(sums[(g * m + t) * entries + i]))
    if (largest === 0) continue
    units[t] = tableMode === 'scale' ? largest / most : 2 ** (Math.ceil(Math.log2(largest / most)) - bitsBelow)
  }
  return units
}

/** The least power of two with which every rounded entry fits. */
function shiftOf({ tableBits }: CoreConfig, sums: Float64Array, unit: number): number {
  const most = largestEntry(tableBits)
  let largest = 0
  for (const sum of sums) largest = Math.max(largest, Math.abs(sum))
  let shift = 0
  while (shift < mostShift && round(largest / unit / 2 ** shift) > most) shift++
  return shift
}

function largestEntry(tableBits: number): number {
  return 2 ** (tableBits - 1) - 1
}

/** To the nearest, halves away from zero, so that a table and its mirror image agree. */
function round(value: number): number {
  return value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5)
}

/** Writes an entry in the core's form; a rounded one that still does not fit is the largest there is. */
function writer(config: CoreConfig, tables: Uint8Array<ArrayBuffer>): (index: number, value: number) => void {
  const view = new DataView(tables.buffer)
  if (config.tableMode === 'float') return (index, value) => view.setUint16(2 * index, f32ToF16(value), true)
  const most = largestEntry(config.tableBits)
  const clamp = (value: number): number => Math.max(-most - 1, Math.min(most, round(value)))
  switch (entryBytes(config)) {
    case 1:
      return (index, value) => view.setInt8(index, clamp(value))
    case 2:
      return (index, value) => view.setInt16(2 * index, clamp(value), true)
    default:
      return (index, value) => view.setInt32(4 * index, clamp(value), true)
  }
}
