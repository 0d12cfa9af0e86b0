/**
 * A matrix on its way into blocks, shared by all threads. Columns stand in the order of feedback: `order[p]` is the file's
 * column at place p. Blocks stay whole (places of a block follow each other), so only blocks and what is inside them move.
 */
import type { Grid } from '../grid/grid.js'
import { sharedBytes, sharedFloats } from '../rows/shared.js'

export interface Blocks {
  readonly grid: string
  readonly rows: number
  readonly cols: number
  /** rows × cols, what is still to be met; error feedback changes it. */
  readonly weights: Float32Array
  /** rows × cols, what the blocks decode to. */
  readonly quantized: Float32Array
  /** rows × cols, places of the grid's levels. */
  readonly codes: Uint8Array
  /** rows × (cols / segment), in the file's order of columns. */
  readonly scales: Float32Array
  readonly minima: Float32Array
  readonly order: Int32Array
  /** The file's: rows × bytes of a row. */
  readonly bytes: Uint8Array
}

export function emptyBlocks(grid: Grid, rows: number, cols: number, weights: Float32Array, order: Int32Array): Blocks {
  const count = rows * cols
  return {
    grid: grid.dtype.name,
    rows,
    cols,
    weights,
    quantized: sharedFloats(count),
    codes: sharedBytes(count),
    scales: sharedFloats(count / grid.segment),
    minima: sharedFloats(count / grid.segment),
    order,
    bytes: sharedBytes((count / grid.block) * grid.dtype.blockBytes),
  }
}

/** Where a block's header and scales lie, by the place of its first column. */
export function blockAt({ cols, order }: Blocks, grid: Grid, row: number, place: number) {
  const block = Math.floor(order[place] / grid.block)
  const perRow = cols / grid.block
  const segments = grid.block / grid.segment
  return {
    byte: (row * perRow + block) * grid.dtype.blockBytes,
    segment: (row * perRow + block) * segments,
    /** The file's first column of the block. */
    column: block * grid.block,
  }
}
