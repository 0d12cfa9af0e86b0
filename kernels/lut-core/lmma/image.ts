/**
 * A linear's memory: weights and tables put where its program looks for them, sums read from where it leaves them.
 * takes  a linear's program, weights, activations, DRAM · gives  bytes in DRAM; sums
 * before ./driver, ../core/pack, ../core/tables, ../core/activation-lines · after ./kernel
 */
import type { IntegerWeight } from '../../../hal/accelerator.js'
import type { CoreConfig } from '../config.js'
import { packActivations } from '../core/activation-lines.js'
import type { Group } from '../core/groups.js'
import { packLines } from '../core/pack.js'
import { buildTables } from '../core/tables.js'
import type { LinearProgram } from './driver.js'
import { accumulatorBytes } from './registers.js'

export function placeWeights(config: CoreConfig, linear: LinearProgram, weight: IntegerWeight, dram: Uint8Array): void {
  const { rowTiles, segments, chunks } = linear.tiling
  for (let s = 0; s < segments; s++)
    for (let chunk = 0; chunk < chunks; chunk++) {
      const groups = groupsOf(config, linear, s, chunk)
      for (let tile = 0; tile < rowTiles; tile++)
        dram.set(packLines(config, weight, tile * config.n, groups), linear.layout.weightsAt(tile, s, chunk))
    }
}

/**
 * Places the tables of x (tokens × cols), integers or decoded floats, or x itself where the array builds its tables. Gives
 * what 1 in each token's sums is worth.
 */
export function placeTables(
  config: CoreConfig,
  linear: LinearProgram,
  x: ArrayLike<number>,
  dram: Uint8Array,
): Float64Array {
  const { shape, tiling, layout } = linear
  const { m, ideas } = config
  const units = new Float64Array(tiling.blocks * tiling.tiles * m).fill(1)
  for (let tile = 0; tile < tiling.blocks * tiling.tiles; tile++) {
    // A program may have tiles beyond the last token: their tables are zeros.
    const tokens = Math.max(0, Math.min(m, shape.tokens - tile * m))
    const own = Array.from({ length: tokens * shape.cols }, (_, i) => x[tile * m * shape.cols + i])
    const at = places(tiling.segments, tiling.chunks)
    const groups = at.flatMap(([segment, chunk]) => groupsOf(config, linear, segment, chunk))
    const built = ideas.fusedPrecompute
      ? buildTables(config, own, tokens, shape.cols, groups)
      : { tables: packActivations(config, own, tokens, shape.cols, groups), shifts: undefined, units: undefined }
    if (built.units) units.set(built.units, tile * m)
    at.forEach(([segment, chunk], i) => {
      const target = layout.tablesAt(tile, segment, chunk)
      const tables = part(built.tables, i, at.length)
      dram.set(tables, target)
      if (built.shifts) dram.set(part(built.shifts, i, at.length), target + tables.length)
    })
  }
  return units.subarray(0, shape.tokens)
}

/** Calls `each` with every sum of the array: its token, segment, row, and the sum itself. */
export function readSums(
  config: CoreConfig,
  { shape, tiling, layout }: LinearProgram,
  dram: Uint8Array,
  each: (token: number, segment: number, row: number, sum: number) => void,
): void {
  const { m, n, tableMode } = config
  for (let rowTile = 0; rowTile < tiling.rowTiles; rowTile++)
    for (let segment = 0; segment < tiling.segments; segment++)
      for (let tile = 0; tile < tiling.tokenTiles; tile++) {
        const at = dram.byteOffset + layout.sumsAt(tile, rowTile, segment)
        const view = new DataView(dram.buffer, at, accumulatorBytes(config))
        for (let t = 0; t < m && tile * m + t < shape.tokens; t++)
          for (let row = 0; row < n && rowTile * n + row < shape.rows; row++) {
            const i = 4 * (t * n + row)
            const sum = tableMode === 'float' ? view.getFloat32(i, true) : view.getInt32(i, true)
            each(tile * m + t, segment, rowTile * n + row, sum)
          }
      }
}

/** The groups of one lmma; those beyond its segment's end are empty. */
function groupsOf({ k }: CoreConfig, { shape, tiling }: LinearProgram, segment: number, chunk: number): Group[] {
  const width = shape.segment ?? shape.cols
  const end = Math.min(shape.cols, (segment + 1) * width)
  return Array.from({ length: tiling.groups }, (_, g) => {
    const from = Math.min(end, segment * width + (chunk * tiling.groups + g) * k)
    return { from, to: Math.min(end, from + k) }
  })
}

function places(segments: number, chunks: number): [segment: number, chunk: number][] {
  return Array.from({ length: segments * chunks }, (_, i) => [Math.floor(i / chunks), i % chunks])
}

function part(bytes: Uint8Array, i: number, count: number): Uint8Array {
  const each = bytes.length / count
  return bytes.subarray(i * each, (i + 1) * each)
}
