/**
 * The sums of some quads of a tile's rows for some tokens: records, groups, panels; scales and minima.
 * takes  a core, what ./run shares · gives  statements that leave the totals in float32 (or int32)
 * before ./core, ./form, ../../tile/pack · after ./run
 */
import { recordBytes as tileRecordBytes } from '../../tile/pack.js'
import { f32, f32x4, type I32, i32, i32x4, type Statement, seq, type V128, v128 } from '../code.js'
import type { FunctionBuilder, Local } from '../module.js'
import { type Core, grid, type Place } from './core.js'
import { record, recordBytes, spillEntry, spills, valueBytes } from './form.js'
import type { Measures } from './measures.js'
import { type Around, type RunShape, unitColumns } from './run-shape.js'
import { quadBytes } from './slices.js'

const c = i32.const
const zero = v128.const(new Array(16).fill(0))

export function sumRecords(
  f: FunctionBuilder,
  shape: RunShape,
  core: Core,
  totals: Local<'v128'>[][],
  quad: Local<'i32'>,
  { packed, prepared, weights, token, recordSize, sizes, perRecord, units }: Around,
): Statement {
  const { packing, form } = shape
  const { layout } = packing
  const [at, metaAt, group, end] = Array.from({ length: 4 }, () => f.local('i32'))
  const perQuad = quadBytes(layout)
  const values = totals.map(() => f.local('i32'))
  const info = totals.map(() => f.local('i32'))
  const spill = spills(form) ? f.local('i32') : undefined
  const spillWeights = f.local('i32')
  const first = f.local('i32')
  const codes = f.local('i32')
  const partial = form.panel !== undefined && shape.padded !== form.panel ? grid(f, core.tokens, core.quads) : undefined
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
          ...(shifted ? each((t, q) => addTo(totals[t][q], f32x4.mul(minimumOf(g, q), f32x4.splat(sums[t].get)))) : []),
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
      codes.set(i32.add(at.get, i32.mul(quad.get, c(perQuad)))),
      spillWeights.set(codes.get),
      // Metadata of the quads asked for, behind the record's units.
      end.set(i32.add(codes.get, i32.sub(recordSize.get, c(tileRecordBytes(packing, 0, perRecord))))),
      metaAt.set(i32.add(i32.sub(end.get, i32.mul(quad.get, c(perQuad))), i32.shl(quad.get, c(4)))),
      perRecord > 1 ? severalGroups() : oneGroup(),
      at.set(i32.add(at.get, recordSize.get)),
    ),
  )
}

/** Entry number `index` of the token's list of spilled tables. */
function entryAt(token: Local<'i32'>, sizes: Measures, index: I32): I32 {
  return i32.add(i32.add(token.get, sizes.entries.get), i32.mul(index, c(spillEntry)))
}
