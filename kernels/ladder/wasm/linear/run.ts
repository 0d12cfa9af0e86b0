/**
 * Matrix times prepared tokens, around any core type: tiles of rows, and tokens by the block.
 * takes  packed weights (../../tile/pack), tokens (./prepare) · gives  out (tokens × rows) float32, rows of the tiles asked for
 * A token's sums are taken in one order whatever runs beside it, so its result is the same bits alone and in a prompt.
 * before ./records, ./store · after ../../linear
 */
import { headBytes, recordBytes } from '../../tile/pack.js'
import { f32x4, i32, i32x4, type Statement, seq, v128 } from '../code.js'
import type { FunctionBuilder, ModuleBuilder } from '../module.js'
import { grid } from './core.js'
import { measures } from './measures.js'
import { sumRecords } from './records.js'
import { type Around, type RunShape, unitColumns } from './run-shape.js'
import { store } from './store.js'

const c = i32.const
const zero = v128.const(new Array(16).fill(0))

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

export function emitRun(module: ModuleBuilder, shape: RunShape): void {
  if (module.has(shape.name)) return
  module.add(shape.name, parameters, (f, packed, prepared, out, n, rows, cols, fromTile, toTile, bias, residual) => {
    const { packing, form } = shape
    const { tileRows } = packing.layout
    const sizes = measures(f, { ...form, group: shape.group, padded: shape.padded }, cols.get)
    const [tile, weights, token, row, recordSize, tileSize] = Array.from({ length: 6 }, () => f.local('i32'))
    const perRecord = packing.padded === undefined ? 1 : Math.max(1, packing.layout.unit / packing.padded)
    const units = packing.padded === undefined ? undefined : Math.max(1, packing.padded / packing.layout.unit)
    const meta = recordBytes(packing, 0, perRecord)
    return seq(
      sizes.set,
      recordSize.set(
        units === undefined
          ? i32.add(i32.mul(i32.divU(sizes.columns.get, c(unitColumns(shape))), c(packing.layout.unitBytes)), c(meta))
          : c(recordBytes(packing, units, perRecord)),
      ),
      tileSize.set(i32.mul(recordSize.get, i32.divU(sizes.groups.get, c(perRecord)))),
      tile.set(fromTile.get),
      f.while(
        tile,
        toTile.get,
        1,
        weights.set(i32.add(packed.get, i32.add(c(headBytes(packing)), i32.mul(tile.get, tileSize.get)))),
        row.set(i32.mul(tile.get, c(tileRows))),
        token.set(c(0)),
        ...shape.blocks.map(({ tokens, quads }) => {
          const body = block(f, shape, tokens, quads, {
            ...{
              packed,
              prepared,
              out,
              rows,
              bias,
              residual,
              weights,
              token,
              row,
              recordSize,
              sizes,
              perRecord,
              units,
            },
          })
          // As often as so many tokens are left.
          return f.repeat(
            i32.ltU(i32.add(token.get, c(tokens - 1)), n.get),
            body,
            token.set(i32.add(token.get, c(tokens))),
          )
        }),
      ),
    )
  })
}

/** One tile for some tokens, so many quads of its rows at a time. */
function block(f: FunctionBuilder, shape: RunShape, tokens: number, quads: number, around: Around): Statement {
  const tileQuads = shape.packing.layout.tileRows / 4
  const core = shape.core(f, tokens, quads)
  const totals = grid(f, tokens, quads)
  const quad = f.local('i32')
  return seq(
    quad.set(c(0)),
    f.while(
      quad,
      c(tileQuads),
      quads,
      ...totals.flat().map((total) => total.set(zero)),
      sumRecords(f, shape, core, totals, quad, around),
      ...totals.flatMap((row, t) => store(f, row, t, quad, around, shape.integer ? i32x4.add : f32x4.add)),
    ),
  )
}
