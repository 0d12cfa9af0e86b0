/**
 * Matrix times prepared tokens, around any core type: tiles, records, groups, panels; scales, minima, bias and residual.
 * takes  packed weights (../../tile/pack), tokens (./prepare) · gives  out (tokens × rows) float32, rows of the tiles asked for
 * A token's sums are taken in one order whatever runs beside it, so its result is the same bits alone and in a prompt.
 */
import type { Packing } from '../../tile/pack.js'
import { headBytes, recordBytes as tileRecordBytes } from '../../tile/pack.js'
import { f32, f32x4, type I32, i32, i32x4, type Statement, seq, type V128, v128, when } from '../code.js'
import type { FunctionBuilder, Local, ModuleBuilder } from '../module.js'
import { type Core, grid, type MakeCore, type Place } from './core.js'
import { type FormShape, record, recordBytes, spillEntry, spills, valueBytes } from './form.js'
import { measures } from './measures.js'

const c = i32.const
const zero = v128.const(new Array(16).fill(0))

export interface RunShape {
  readonly name: string
  readonly packing: Packing
  readonly form: FormShape
  readonly core: MakeCore
  /** Gives the whole numbers themselves, as int32: of one group, without a scale; bias and residual are int32 as well. */
  readonly integer?: boolean
  /** Columns that a code stands for. */
  readonly lanes: number
  /** Columns of a group of weights, and padded; absent: all of a row. */
  readonly group?: number
  readonly padded?: number
  /** Tokens and quads at a time, the largest first; the last takes one token. */
  readonly blocks: readonly { readonly tokens: number; readonly quads: number }[]
}

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
    const meta = tileRecordBytes(packing, 0, perRecord)
    return seq(
      sizes.set,
      recordSize.set(
        units === undefined
          ? i32.add(i32.mul(i32.divU(sizes.columns.get, c(unitColumns(shape))), c(packing.layout.unitBytes)), c(meta))
          : c(tileRecordBytes(packing, units, perRecord)),
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

function unitColumns({ packing, lanes }: RunShape): number {
  return packing.layout.unit * lanes
}

interface Around {
  readonly packed: Local<'i32'>
  readonly prepared: Local<'i32'>
  readonly out: Local<'i32'>
  readonly rows: Local<'i32'>
  readonly bias: Local<'i32'>
  readonly residual: Local<'i32'>
  readonly weights: Local<'i32'>
  readonly token: Local<'i32'>
  readonly row: Local<'i32'>
  readonly recordSize: Local<'i32'>
  readonly sizes: ReturnType<typeof measures>
  readonly perRecord: number
  readonly units: number | undefined
}

/** One tile for some tokens, so many quads of its rows at a time. */
function block(f: FunctionBuilder, shape: RunShape, tokens: number, quads: number, around: Around): Statement {
  const { packing, form } = shape
  const { layout } = packing
  const tileQuads = layout.tileRows / 4
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
  function sumRecords(
    f: FunctionBuilder,
    shape: RunShape,
    core: Core,
    totals: Local<'v128'>[][],
    quad: Local<'i32'>,
    { packed, prepared, weights, token, recordSize, sizes, perRecord, units }: Around,
  ): Statement {
    const [at, metaAt, group, end] = Array.from({ length: 4 }, () => f.local('i32'))
    const quadBytes = (layout.unitBytes * 4) / layout.tileRows
    const values = totals.map(() => f.local('i32'))
    const info = totals.map(() => f.local('i32'))
    const spill = spills(form) ? f.local('i32') : undefined
    const spillWeights = f.local('i32')
    const first = f.local('i32')
    const codes = f.local('i32')
    const partial =
      form.panel !== undefined && shape.padded !== form.panel ? grid(f, core.tokens, core.quads) : undefined
    const sums = totals.map(() => f.local('f32'))
    const place: Place = {
      weights: codes.get,
      values: values.map((each) => each.get),
      info: info.map((each) => each.get),
      head: packed.get,
      spill: spill && {
        from: entryAt(first, sizes, i32.load(spill.get)),
        to: entryAt(first, sizes, i32.load(spill.get, 4)),
        weights: spillWeights.get,
      },
    }
    const { scaled, shifted } = packing
    const scaleAt = (g: number, q: number) => 4 * layout.tileRows * (+scaled + +shifted) * g + 16 * q
    const scaleOf = (g: number, q: number): V128 => v128.load(metaAt.get, scaleAt(g, q))
    const minimumOf = (g: number, q: number): V128 =>
      v128.load(metaAt.get, scaleAt(g, q) + (scaled ? 4 * layout.tileRows : 0))
    const xScale = (t: number): V128 => v128.load32Splat(info[t].get, record.scale)
    const whole = form.values !== 'real'
    const each = (body: (t: number, q: number) => Statement): Statement[] =>
      totals.flatMap((row, t) => row.map((_, q) => body(t, q)))
    const addTo = (sum: Local<'v128'>, value: V128): Statement => sum.set(f32x4.add(sum.get, value))

    /** A panel is done: into the total, or what the group has so far. */
    const flush = (g: number): Statement =>
      seq(
        core.end(place),
        ...each((t, q) => {
          if (shape.integer && core.whole) return totals[t][q].set(i32x4.add(totals[t][q].get, core.whole(t, q)))
          if (partial) return addTo(partial[t][q], whole ? f32x4.mul(core.sum(t, q), xScale(t)) : core.sum(t, q))
          const scale = scaled
            ? whole
              ? f32x4.mul(scaleOf(g, q), xScale(t))
              : scaleOf(g, q)
            : whole
              ? xScale(t)
              : undefined
          return addTo(totals[t][q], scale ? f32x4.mul(core.sum(t, q), scale) : core.sum(t, q))
        }),
        ...(shifted
          ? totals.flatMap((row, t) =>
              partial
                ? [sums[t].set(f32.add(sums[t].get, f32.load(info[t].get, record.scaledSum)))]
                : row.map((total, q) =>
                    addTo(total, f32x4.mul(minimumOf(g, q), v128.load32Splat(info[t].get, record.scaledSum))),
                  ),
            )
          : []),
        ...info.map((each) => each.set(i32.add(each.get, c(recordBytes)))),
        ...(spill ? [spill.set(i32.add(spill.get, c(4)))] : []),
      )
    const endGroup = (g: number): Statement =>
      partial
        ? seq(
            ...each((t, q) =>
              addTo(totals[t][q], scaled ? f32x4.mul(partial[t][q].get, scaleOf(g, q)) : partial[t][q].get),
            ),
            ...(shifted
              ? each((t, q) => addTo(totals[t][q], f32x4.mul(minimumOf(g, q), f32x4.splat(sums[t].get))))
              : []),
            ...each((t, q) => partial[t][q].set(zero)),
            ...sums.map((sum) => sum.set(f32.const(0))),
          )
        : []
    const next = seq(
      codes.set(i32.add(codes.get, c(layout.unitBytes))),
      ...values.map((each) => each.set(i32.add(each.get, c(unitColumns(shape) * valueBytes[form.values])))),
    )
    const unit = layout.unit
    /** A record of one group: its units one after another. */
    const oneGroup = (): Statement => {
      const panelled = form.panel !== undefined
      const body = panelled
        ? seq(core.begin(), core.add(place, 0, unit), flush(0), next)
        : seq(core.add(place, 0, unit), next)
      const count = units === 1 ? body : f.while(codes, end.get, 0, body)
      return seq(...(panelled ? [] : [core.begin()]), count, ...(panelled ? [] : [flush(0)]), endGroup(0))
    }
    /** A record of several groups in one unit. */
    const severalGroups = (): Statement =>
      seq(
        ...Array.from({ length: perRecord }, (_, g) => {
          const [from, to] = [(g * unit) / perRecord, ((g + 1) * unit) / perRecord]
          return seq(
            spillWeights.set(i32.add(codes.get, c((layout.unitBytes * g) / perRecord))),
            core.begin(),
            core.add(place, from, to),
            flush(g),
            endGroup(g),
          )
        }),
        next,
      )
    return seq(
      at.set(weights.get),
      ...values.map((each, t) => each.set(i32.add(prepared.get, i32.mul(i32.add(token.get, c(t)), sizes.bytes.get)))),
      first.set(values[0].get),
      ...info.map((each, t) => each.set(i32.add(values[t].get, sizes.records.get))),
      ...(spill ? [spill.set(i32.add(values[0].get, sizes.spill.get))] : []),
      ...(partial ? partial.flat().map((each) => each.set(zero)) : []),
      ...sums.map((sum) => sum.set(f32.const(0))),
      group.set(c(0)),
      f.while(
        group,
        sizes.groups.get,
        perRecord,
        codes.set(i32.add(at.get, i32.mul(quad.get, c(quadBytes)))),
        spillWeights.set(codes.get),
        // Metadata of the quads asked for, behind the record's units.
        end.set(i32.add(codes.get, i32.sub(recordSize.get, c(tileRecordBytes(packing, 0, perRecord))))),
        metaAt.set(i32.add(i32.sub(end.get, i32.mul(quad.get, c(quadBytes))), i32.shl(quad.get, c(4)))),
        perRecord > 1 ? severalGroups() : oneGroup(),
        at.set(i32.add(at.get, recordSize.get)),
      ),
    )
  }
}

/** Entry number `index` of the token's list of spilled tables. */
function entryAt(token: Local<'i32'>, sizes: ReturnType<typeof measures>, index: I32): I32 {
  return i32.add(i32.add(token.get, sizes.entries.get), i32.mul(index, c(spillEntry)))
}

/** Quads of one token, bias and residual added; at the last tile's end only the rows that there are. */
function store(
  f: FunctionBuilder,
  totals: readonly Local<'v128'>[],
  t: number,
  quad: Local<'i32'>,
  { out, rows, bias, residual, token, row }: Around,
  add: (a: V128, b: V128) => V128,
): Statement[] {
  const [at, r, left] = Array.from({ length: 3 }, () => f.local('i32'))
  const value = f.local('v128')
  return totals.map((total, q) => {
    const first = i32.add(row.get, i32.shl(i32.add(quad.get, c(q)), c(2)))
    const offset = i32.shl(r.get, c(2))
    const inToken = i32.shl(i32.add(i32.mul(i32.add(token.get, c(t)), rows.get), r.get), c(2))
    const lanes = (from: Local<'i32'>, place: I32): Statement =>
      when(from.get, seq(at.set(i32.add(from.get, place)), value.set(add(value.get, v128.load(at.get)))))
    return seq(
      r.set(first),
      left.set(i32.sub(rows.get, r.get)),
      when(
        i32.gtS(left.get, c(0)),
        seq(
          value.set(total.get),
          lanes(bias, offset),
          lanes(residual, inToken),
          at.set(i32.add(out.get, inToken)),
          when(
            i32.geS(left.get, c(4)),
            v128.store(at.get, value.get),
            seq(
              v128.store32Lane(at.get, value.get, 0),
              when(i32.gtS(left.get, c(1)), v128.store32Lane(at.get, value.get, 1, 4)),
              when(i32.gtS(left.get, c(2)), v128.store32Lane(at.get, value.get, 2, 8)),
            ),
          ),
        ),
      ),
    )
  })
}
