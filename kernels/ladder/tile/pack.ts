/**
 * The packer of a layout, made from its map: pads, slices into tiles and units, and puts every bit where the kernel looks.
 * takes  Elements, a Packing · gives  tiles one after another: records of units, each with its groups' scales and minima
 * before ./layout · after ../linear
 */
import type { Elements } from '../type/ttype.js'
import { type Layout, place } from './layout.js'

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
  const { tileRows, unit, parts } = layout
  const { lanes } = elements.type
  const cols = elements.cols / lanes
  const shape = rowShape(packing, cols)
  const record = recordBytes(packing, shape.units, shape.groupsPerRecord)
  if (head && first === 0) into.set(head)
  const places = parts.map((part) => ({
    ...part,
    mask: part.width === 32 ? 0xffffffff : 2 ** part.width - 1,
    row: Int32Array.from({ length: tileRows }, (_, r) => place(part, r, 0)),
    column: Int32Array.from({ length: unit }, (_, c) => place(part, 0, c) - part.at),
  }))
  const floats = new Float32Array(into.buffer, into.byteOffset, into.byteLength >> 2)
  for (let r = 0; r < elements.rows; r++) {
    const tile = Math.floor((first + r) / tileRows)
    const inTile = (first + r) % tileRows
    const tileAt = headBytes(packing) + tile * shape.records * record
    for (let g = 0; g < shape.groups; g++) {
      const recordAt = tileAt + Math.floor(g / shape.groupsPerRecord) * record
      const inRecord = g % shape.groupsPerRecord
      const begin = g * shape.group
      const count = Math.min(shape.group, cols - begin)
      const shift = inRecord * shape.padded
      for (const { from, width, mask, row, column } of places) {
        const rowAt = row[inTile]
        for (let c = 0; c < count; c++) {
          const at = shift + c
          let code = elements.codes[r * cols + begin + c]
          if (recode) code = recode[code]
          const bit = recordAt * 8 + Math.floor(at / unit) * layout.unitBytes * 8 + rowAt + column[at % unit]
          const value = (code >>> from) & mask
          if (width < 16) into[bit >>> 3] |= value << (bit & 7)
          else for (let b = 0; b < width; b += 8) into[(bit + b) >>> 3] = (value >>> b) & 255
        }
      }
      const meta = (recordAt + shape.units * layout.unitBytes) / 4 + inRecord * tileRows * (+scaled + +shifted)
      if (scaled) floats[meta + inTile] = factor * (elements.scales ? elements.scales[r * shape.groups + g] : 1)
      if (shifted)
        floats[meta + inTile + +scaled * tileRows] = elements.minima ? elements.minima[r * shape.groups + g] : 0
    }
  }
}
