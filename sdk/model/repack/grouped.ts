/**
 * A matrix of integer codes with a scale and a zero point for each group of a row's columns, however it was packed.
 * after  ./gptq and ./awq read one · ./blocks writes it as a DType
 */
import { LutraError } from '../../../hal/error.js'

export type Bits = 2 | 3 | 4 | 8

export interface Grouped {
  readonly bits: Bits
  readonly cols: number
  readonly rows: number
  /** groups × rows. A weight is scale · (code - zero). */
  readonly scales: Float32Array
  readonly zeros: Uint16Array
  readonly columns: Columns
  /** Codes of rows from … to - 1, row after row, columns in their sorted order. */
  readonly codes: (from: number, to: number, out: Uint8Array) => void
}

export interface Columns {
  /** Sorted column j takes input column order[j]; absent where the columns are in order as they are. */
  readonly order?: Int32Array
  /** The group of each 32 sorted columns. */
  readonly groups: Int32Array
}

/** Finest that a format here has a scale for. */
const unit = 32

/**
 * Columns brought together by group, those of a group in their old order.
 * takes  the group of each column, or the number of columns in a group · gives  Columns
 */
export function arrange(cols: number, groups: number, group: Int32Array | number, name: string): Columns {
  const groupOf = typeof group === 'number' ? undefined : group
  if (groupOf && groupOf.length !== cols)
    throw new LutraError('format', `Expected ${cols} entries in ${name}.g_idx but found ${groupOf.length}`)
  const of = (column: number) => (groupOf ? groupOf[column] : Math.floor(column / (group as number)))
  const counts = new Int32Array(groups + 1)
  let inOrder = true
  for (let c = 0; c < cols; c++) {
    const g = of(c)
    if (!(g >= 0 && g < groups))
      throw new LutraError('format', `Expected groups 0 to ${groups - 1} for the columns of ${name} but found ${g}`)
    counts[g + 1]++
    if (c > 0 && g < of(c - 1)) inOrder = false
  }
  const found = new Int32Array(cols / unit)
  for (let g = 0, c = 0; g < groups; g++) {
    if (counts[g + 1] % unit !== 0)
      throw new LutraError(
        'unsupported',
        `Expected groups of a multiple of ${unit} columns but group ${g} of ${name} has ${counts[g + 1]}; quantize it with groups of 32, 64 or 128`,
      )
    found.fill(g, c / unit, (c + counts[g + 1]) / unit)
    c += counts[g + 1]
  }
  if (inOrder) return { groups: found }
  const order = new Int32Array(cols)
  for (let g = 0; g < groups; g++) counts[g + 1] += counts[g]
  for (let c = 0; c < cols; c++) order[counts[of(c)]++] = c
  return { order, groups: found }
}

/** Sizes that every packing must have; what is beyond them is no matrix of a model, or one that no format here fits. */
export function checkSizes(name: string, cols: number, rows: number, groups: number): void {
  if (cols < 1 || rows < 1 || groups < 1 || groups > cols)
    throw new LutraError(
      'format',
      `Expected columns, rows and groups of ${name} above 0 but found ${cols}, ${rows} and ${groups}`,
    )
  if (cols % unit !== 0)
    throw new LutraError('unsupported', `Expected a multiple of ${unit} columns in ${name} but found ${cols}`)
}

/** Where each input column went: the inverse of `order`. */
export function places(order: Int32Array | undefined): Int32Array | undefined {
  if (!order) return undefined
  const to = new Int32Array(order.length)
  for (let j = 0; j < order.length; j++) to[order[j]] = j
  return to
}
