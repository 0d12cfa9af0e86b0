/**
 * Where a linear's weights, tables and sums lie: in DRAM in the order in which the program walks over them, in SRAM as
 * two slabs of weights, two buffers of sums, and tables.
 * takes  a tiling · gives  byte addresses
 * before ./tiling · after ./driver, ./image
 */
import type { CoreConfig } from '../config.js'
import { accumulatorBytes, align } from './registers.js'
import type { Tiling } from './tiling.js'

export interface Layout {
  readonly dramBytes: number
  readonly sramBytes: number
  /** Where each begins in DRAM. */
  readonly weights: number
  readonly tables: number
  readonly sums: number
  /** Bytes of one block's tables. */
  readonly blockTables: number
  /** Where each begins in SRAM. */
  readonly sram: { readonly weights: number; readonly sums: number; readonly tables: number }
  /** Addresses in DRAM of one lmma's weights and tables, and of one tile of sums. */
  weightsAt(rowTile: number, segment: number, chunk: number): number
  tablesAt(tokenTile: number, segment: number, chunk: number): number
  sumsAt(tokenTile: number, rowTile: number, segment: number): number
}

export function layOut(config: CoreConfig, tiling: Tiling): Layout {
  const { rowTiles, segments, chunks, weightStep, tableStep, tiles, blocks, slab, resident } = tiling
  const tile = align(accumulatorBytes(config))
  // The last slab may have fewer rows; it is fetched whole.
  const weightBytes = Math.ceil(rowTiles / slab.rows) * slab.rows * segments * chunks * weightStep
  const blockTables = segments * chunks * tiles * tableStep
  const tables = weightBytes
  const sums = tables + blocks * blockTables
  const parts = chunks / slab.chunks
  const buffered = resident ? 1 : 2
  return {
    weights: 0,
    tables,
    sums,
    blockTables,
    dramBytes: sums + blocks * tiles * rowTiles * segments * tile,
    sramBytes: 2 * (slab.bytes + tiling.sums) + buffered * tiling.tables,
    sram: { weights: 0, sums: 2 * slab.bytes, tables: 2 * (slab.bytes + tiling.sums) },
    weightsAt: (rowTile, segment, chunk) => ((rowTile * segments + segment) * chunks + chunk) * weightStep,
    tablesAt(tokenTile, segment, chunk) {
      const [block, tile] = [Math.floor(tokenTile / tiles), tokenTile % tiles]
      const part = (segment * parts + Math.floor(chunk / slab.chunks)) * tiles + tile
      return tables + block * blockTables + (part * slab.chunks + (chunk % slab.chunks)) * tableStep
    },
    sumsAt(tokenTile, rowTile, segment) {
      const [block, at] = [Math.floor(tokenTile / tiles), tokenTile % tiles]
      return sums + (((block * rowTiles + rowTile) * segments + segment) * tiles + at) * tile
    },
  }
}
