/**
 * Matrix times prepared tokens by codebooks: a table of 16 bytes for each lane, i8x16.swizzle (TBL on ARM, PSHUFB on x86), then
 * i32x4.dot_i16x8_s. Tiles of four rows that share the tables of a group.
 * takes  tiles (../../codebook), tokens of the form q16 with panels of 32 columns · gives  out (tokens × rows) float32
 * before ./measures, ./store · after ../../codebook
 */
import { f32x4, i8x16, i16x8, i32, i32x4, type Statement, seq, type V128, v128 } from '../code.js'
import type { FunctionBuilder, Local, ModuleBuilder } from '../module.js'
import { type FormShape, record, recordBytes } from './form.js'
import { measures } from './measures.js'
import type { Around } from './run-shape.js'
import { store } from './store.js'

export const tileRows = 4
/** Of a group: behind its scale, which begins a vector. */
export const tableAt = 16

export interface CodebookShape {
  readonly name: string
  readonly lanes: number
  readonly span: number
  readonly form: FormShape
}

/** Codes of 32 columns and four rows. */
export const runBytes = (lanes: number): number => 64 / lanes

export function groupBytes(lanes: number, span: number): number {
  return tableAt + 16 * lanes + (span / 32) * runBytes(lanes)
}

/**
 * Where code j of a row lies behind the tables. A vector's low nibbles are 16 codes, its high ones the next: four columns of
 * codes by four rows, rows first; of one lane two columns lie side by side, as products take them.
 */
export function codeOrder(lanes: number, row: number, j: number): { readonly byte: number; readonly shift: number } {
  const four = j % 4
  const place = lanes === 1 ? 8 * (four >> 1) + 2 * row + (four & 1) : 4 * four + row
  return { byte: 16 * Math.floor(j / 8) + place, shift: j % 8 < 4 ? 0 : 4 }
}

const c = i32.const
const zero = v128.const(new Array(16).fill(0))
const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

export function emitCodebook(module: ModuleBuilder, shape: CodebookShape): void {
  if (module.has(shape.name)) return
  module.add(shape.name, parameters, (f, packed, prepared, out, n, rows, cols, fromTile, toTile, bias, residual) => {
    const sizes = measures(f, shape.form, cols.get)
    const [tile, weights, token, row, tileSize, quad] = Array.from({ length: 6 }, () => f.local('i32'))
    const around = { out, rows, bias, residual, token, row } as Around
    const some = (tokens: number): Statement => {
      const totals = Array.from({ length: tokens }, () => f.local('v128'))
      const values = totals.map(() => f.local('i32'))
      const info = totals.map(() => f.local('i32'))
      return f.repeat(
        i32.ltU(i32.add(token.get, c(tokens - 1)), n.get),
        ...totals.map((total) => total.set(zero)),
        ...values.map((each, t) => each.set(i32.add(prepared.get, i32.mul(i32.add(token.get, c(t)), sizes.bytes.get)))),
        ...info.map((each, t) => each.set(i32.add(values[t].get, sizes.records.get))),
        groups(f, shape, { weights, tileSize, totals, values, info }),
        ...totals.flatMap((total, t) => store(f, [total], t, quad, around, f32x4.add)),
        token.set(i32.add(token.get, c(tokens))),
      )
    }
    return seq(
      sizes.set,
      tileSize.set(i32.mul(i32.divU(cols.get, c(shape.span)), c(groupBytes(shape.lanes, shape.span)))),
      tile.set(fromTile.get),
      f.while(
        tile,
        toTile.get,
        1,
        weights.set(i32.add(packed.get, i32.mul(tile.get, tileSize.get))),
        row.set(i32.mul(tile.get, c(tileRows))),
        ...[token.set(c(0)), quad.set(c(0))],
        ...[some(4), some(1)],
      ),
    )
  })
}

interface Sums {
  readonly weights: Local<'i32'>
  readonly tileSize: Local<'i32'>
  readonly totals: readonly Local<'v128'>[]
  /** Moved along. */
  readonly values: readonly Local<'i32'>[]
  readonly info: readonly Local<'i32'>[]
}

/** All groups of a tile. With a scale for the whole token a group's sum stays whole. */
function groups(
  f: FunctionBuilder,
  { lanes, span, form }: CodebookShape,
  { weights, tileSize, totals, values, info }: Sums,
): Statement {
  const [at, end, p, stop] = Array.from({ length: 4 }, () => f.local('i32'))
  const [scale, codes, half] = Array.from({ length: 3 }, () => f.local('v128'))
  const tables = Array.from({ length: lanes }, () => f.local('v128'))
  const found = Array.from({ length: lanes }, () => f.local('v128'))
  const pairs = Array.from({ length: Math.max(2, lanes * 2) }, () => f.local('v128'))
  const sums = totals.map(() => f.local('v128'))
  const x = f.local('v128')
  const whole = form.scale === 'token'
  const begin = seq(...sums.map((sum) => sum.set(zero)))
  const flush = seq(
    ...totals.map((total, t) =>
      total.set(
        f32x4.add(
          total.get,
          f32x4.mul(f32x4.convertI32x4(sums[t].get), f32x4.mul(scale.get, v128.load32Splat(info[t].get, record.scale))),
        ),
      ),
    ),
  )
  const sixteen = (first: number): Statement =>
    seq(
      ...found.map((each, lane) => each.set(i8x16.swizzle(tables[lane].get, half.get))),
      ...pairsOf(found).map((pair, i) => pairs[i].set(pair)),
      ...values.flatMap((value, t) =>
        pairs.flatMap((pair, i) => [
          x.set(v128.load32Splat(value.get, 2 * first + 4 * i)),
          sums[t].set(i32x4.add(sums[t].get, i32x4.dotI16x8(pair.get, x.get))),
        ]),
      ),
    )
  const vectors = Array.from({ length: 4 / lanes }, (_, v) =>
    seq(
      codes.set(v128.load(p.get, 16 * v)),
      half.set(v128.and(codes.get, i8x16.splat(c(15)))),
      sixteen(8 * lanes * v),
      half.set(v128.and(i16x8.shrU(codes.get, c(4)), i8x16.splat(c(15)))),
      sixteen(8 * lanes * v + 4 * lanes),
    ),
  )
  return seq(
    at.set(weights.get),
    end.set(i32.add(weights.get, tileSize.get)),
    f.while(
      at,
      end.get,
      groupBytes(lanes, span),
      scale.set(v128.load32Splat(at.get)),
      ...tables.map((table, lane) => table.set(v128.load(at.get, tableAt + 16 * lane))),
      p.set(i32.add(at.get, c(tableAt + 16 * lanes))),
      stop.set(i32.add(at.get, c(groupBytes(lanes, span)))),
      ...(whole ? [begin] : []),
      f.while(
        p,
        stop.get,
        runBytes(lanes),
        ...(whole ? [] : [begin]),
        ...vectors,
        ...(whole ? [] : [flush, ...info.map((each) => each.set(i32.add(each.get, c(recordBytes))))]),
        ...values.map((each) => each.set(i32.add(each.get, c(64)))),
      ),
      ...(whole ? [flush] : []),
    ),
  )
}

/** Sixteen entries of each lane as pairs of columns, in 16 bits, of four rows: in the order of columns. */
function pairsOf(found: readonly Local<'v128'>[]): V128[] {
  const side = (a: Local<'v128'>, b: Local<'v128'>): V128[] =>
    [0, 8].flatMap((from) => {
      const both = i8x16.shuffle(
        a.get,
        b.get,
        Array.from({ length: 16 }, (_, i) => from + (i >> 1) + 16 * (i & 1)),
      )
      return [i16x8.extendLowS(both), i16x8.extendHighS(both)]
    })
  if (found.length === 1) return [i16x8.extendLowS(found[0].get), i16x8.extendHighS(found[0].get)]
  if (found.length === 2) return side(found[0], found[1])
  const [first, second] = [side(found[0], found[1]), side(found[2], found[3])]
  return first.flatMap((pair, i) => [pair, second[i]])
}
