/**
 * The packer of a layout, made from its map: pads, slices into tiles and units, and puts every bit where the kernel looks.
 * takes  Elements, a Packing · gives  tiles one after another: records of units, each with its groups' scales and minima
 * before ./layout · after ../linear
 */
import type { Elements } from '../type/ttype.js'
import { type Layout, type Part, place } from './layout.js'

/**
 * A tile is records. A record is some units of codes and then, for every group in it, scales (tileRows float32) and minima
 * (the same) as far as there are any.
 */
export interface Packing {
  readonly layout: Layout
  /** Codes of a row's group, and what they are padded to: whole panels. Absent: all of a row is one group. */
  readonly group?: number
  readonly padded?: number
  readonly scaled: boolean
  readonly shifted: boolean
  /** Goes into the scales; a power of two. Default 1. */
  readonly factor?: number
  /** A code's stand-in, by table: conversions that are done offline. */
  readonly recode?: ArrayLike<number>
  /** Goes before the first tile: tables that kernels read one by one; padded to 64 bytes. */
  readonly head?: Uint8Array
}

/** How a row of `cols` columns lies: in columns, groups and units, all padded. */
export function rowShape({ layout, group, padded }: Packing, cols: number) {
  const { unit } = layout
  if (group === undefined || padded === undefined) {
    const units = Math.ceil(cols / unit)
    return { group: cols, padded: units * unit, groups: 1, records: 1, units, groupsPerRecord: 1 }
  }
  const groups = Math.ceil(cols / group)
  const groupsPerRecord = Math.max(1, unit / padded)
  const records = Math.ceil(groups / groupsPerRecord)
  return { group, padded, groups, records, units: Math.max(1, padded / unit), groupsPerRecord }
}

export function recordBytes(packing: Packing, units: number, groupsPerRecord: number): number {
  const { layout, scaled, shifted } = packing
  return units * layout.unitBytes + groupsPerRecord * ((scaled ? 1 : 0) + (shifted ? 1 : 0)) * 4 * layout.tileRows
}

export function headBytes({ head }: Packing): number {
  return head ? Math.ceil(head.length / 64) * 64 : 0
}

/** Columns in codes. */
export function packedBytes(packing: Packing, rows: number, cols: number): number {
  const { records, units, groupsPerRecord } = rowShape(packing, cols)
  const tiles = Math.ceil(rows / packing.layout.tileRows)
  return headBytes(packing) + tiles * records * recordBytes(packing, units, groupsPerRecord)
}

/** Rows of `elements` from row `first` of the matrix on, a multiple of the tile's rows, into the matrix's packed bytes. */
export function pack(packing: Packing, elements: Elements, into: Uint8Array, first = 0): void {
  const { layout, scaled, shifted, recode, head, factor = 1 } = packing
  const { tileRows, unit, unitBytes, parts } = layout
  const cols = elements.cols / elements.type.lanes
  const shape = rowShape(packing, cols)
  const record = recordBytes(packing, shape.units, shape.groupsPerRecord)
  const { codes } = elements
  if (head && first === 0) into.set(head)
  const writers = parts.map((part) => writer(part, layout, recode))
  const floats = new Float32Array(into.buffer, into.byteOffset, into.byteLength >> 2)
  for (let r = 0; r < elements.rows; r++) {
    const inTile = (first + r) % tileRows
    const tileAt = headBytes(packing) + Math.floor((first + r) / tileRows) * shape.records * record
    for (let g = 0; g < shape.groups; g++) {
      const inRecord = g % shape.groupsPerRecord
      const recordAt = tileAt + Math.floor(g / shape.groupsPerRecord) * record
      const begin = g * shape.group
      const count = Math.min(shape.group, cols - begin)
      const shift = inRecord * shape.padded
      for (const write of writers)
        for (let done = 0; done < count; ) {
          const column = (shift + done) % unit
          const some = Math.min(unit - column, count - done)
          const at = recordAt + Math.floor((shift + done) / unit) * unitBytes
          write(codes, r * cols + begin + done, some, into, at, inTile, column)
          done += some
        }
      const meta = (recordAt + shape.units * unitBytes) / 4 + inRecord * tileRows * (+scaled + +shifted) + inTile
      if (scaled) floats[meta] = factor * (elements.scales ? elements.scales[r * shape.groups + g] : 1)
      if (shifted) floats[meta + +scaled * tileRows] = elements.minima ? elements.minima[r * shape.groups + g] : 0
    }
  }
}

/** Writes a part of `count` codes of a row into the unit at byte `at`, from the unit's `column` on. */
type Write = (
  codes: ArrayLike<number>,
  from: number,
  count: number,
  into: Uint8Array,
  at: number,
  row: number,
  column: number,
) => void

/** Places are looked up: those of a row fall on whole bytes, and are added to those of the columns. */
function writer(part: Part, { tileRows, unit }: Layout, recode: ArrayLike<number> | undefined): Write {
  const rows = Int32Array.from({ length: tileRows }, (_, r) => place(part, r, 0) >> 3)
  const bits = Int32Array.from({ length: unit }, (_, c) => place(part, 0, c) - (place(part, 0, 0) & ~7))
  const bytes = bits.map((bit) => bit >> 3)
  const shifts = bits.map((bit) => bit & 7)
  const { from: low, width } = part
  if (width > 8)
    return (codes, from, count, into, at, row, column) => {
      for (let c = 0; c < count; c++) {
        const code = recode ? recode[codes[from + c]] : codes[from + c]
        const to = at + rows[row] + bytes[column + c]
        for (let b = 0; b < width; b += 8) into[to + (b >> 3)] = (code >>> b) & 255
      }
    }
  const mask = 2 ** width - 1
  if (recode)
    return (codes, from, count, into, at, row, column) => {
      const base = at + rows[row]
      for (let c = 0; c < count; c++)
        into[base + bytes[column + c]] |= ((recode[codes[from + c]] >>> low) & mask) << shifts[column + c]
    }
  return (codes, from, count, into, at, row, column) => {
    const base = at + rows[row]
    for (let c = 0; c < count; c++)
      into[base + bytes[column + c]] |= ((codes[from + c] >>> low) & mask) << shifts[column + c]
  }
}
