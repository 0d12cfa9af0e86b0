/**
 * Makes a form of the input: pads groups, rounds to whole numbers with a scale, builds tables, and sums each panel.
 * takes  x (tokens × cols) float32 · gives  tokens as ./form describes · before ./run
 * The rounding is that of kernels/ts/quantize.ts for `token`, none for `one`; for `panel` a scale of max|x| / 127, or coarser where four
 * columns would not fit in a table's byte.
 */
import { f32, f32x4, type I32, i8x16, i16x8, i32, i32x4, type Statement, seq, type V128, v128, when } from '../code.js'
import type { FunctionBuilder, Local, ModuleBuilder } from '../module.js'
import { type FormShape, formKey, record, recordBytes, valueBytes } from './form.js'
import { measures } from './measures.js'
import { tables } from './tables.js'

const c = i32.const
const zero = v128.const(new Array(16).fill(0))

export function prepareName(form: FormShape): string {
  return `prepare_${formKey(form)}`
}

export function emitPrepare(module: ModuleBuilder, form: FormShape): void {
  const name = prepareName(form)
  if (module.has(name)) return
  module.add(name, ['i32', 'i32', 'i32', 'i32'], (f, x, prepared, cols, n) => {
    const sizes = measures(f, form, cols.get)
    const token = f.local('i32')
    return seq(
      sizes.set,
      f.while(
        token,
        n.get,
        1,
        prepareToken(f, form, sizes, { x, prepared, cols }),
        x.set(i32.add(x.get, i32.shl(cols.get, c(2)))),
        prepared.set(i32.add(prepared.get, sizes.bytes.get)),
      ),
    )
  })
}

interface Pointers {
  readonly x: Local<'i32'>
  readonly prepared: Local<'i32'>
  readonly cols: Local<'i32'>
}

function prepareToken(
  f: FunctionBuilder,
  form: FormShape,
  sizes: ReturnType<typeof measures>,
  { x, prepared, cols }: Pointers,
): Statement {
  const { group, scale: scaling, values } = form
  // Columns of a step: a unit, or a group of half a unit.
  const width = Math.min(form.panel ?? 32, form.padded ?? 32, 32)
  const blocks = width / 16
  const whole = values !== 'real'
  const [g, at, out, info, left, limit, padded] = Array.from({ length: 7 }, () => f.local('i32'))
  const from = [f.local('i32'), f.local('i32')]
  const [most, inverse, scale, total] = Array.from({ length: 4 }, () => f.local('f32'))
  const v = Array.from({ length: 4 * blocks }, () => f.local('v128'))
  const [sum, negative, four] = [f.local('v128'), f.local('v128'), f.local('v128')]
  const stage = f.local('i32')
  const table = values === 'tables' ? tables(f, form, sizes, prepared) : undefined

  /** Where 16 inputs can be read: in x, or staged with zeros behind the group's end. */
  const find = (b: number): Statement =>
    seq(
      left.set(i32.sub(limit.get, i32.add(at.get, c(16 * b)))),
      from[b].set(i32.add(x.get, i32.shl(i32.add(at.get, c(16 * b)), c(2)))),
      when(i32.ltS(left.get, c(16)), stageInputs(f, from[b], left, i32.add(stage.get, c(64 * b)))),
    )
  const round = (input: V128): V128 => i32x4.truncSatF32x4(f32x4.nearest(f32x4.mul(input, f32x4.splat(inverse.get))))
  const reduce = (value: V128): Statement =>
    seq(
      four.set(value),
      most.set([0, 1, 2, 3].map((lane) => f32x4.extract(four.get, lane)).reduce((a, b) => f32.max(a, b))),
    )
  const scaleOfPanel = (): Statement =>
    seq(
      reduce(v.map((each) => f32x4.abs(each.get)).reduce((a, b) => f32x4.pmax(a, b))),
      scale.set(f32.const(0)),
      inverse.set(f32.const(0)),
      ...(table ? [table.mostOfFour(v, total)] : []),
      when(
        f32.gt(most.get, f32.const(1e-37)), // below, 127 / most is no float32; such a panel is zero
        seq(
          scale.set(f32.div(most.get, f32.const(127))),
          inverse.set(f32.div(f32.const(127), most.get)),
          ...(table
            ? [
                when(
                  f32.gt(f32.mul(total.get, inverse.get), f32.const(253)), // rounding adds 2 at most
                  seq(inverse.set(f32.div(f32.const(253), total.get)), scale.set(f32.div(total.get, f32.const(253)))),
                ),
              ]
            : []),
        ),
      ),
    )
  const writeRecord = (): Statement => {
    const lanes = (value: Local<'v128'>) =>
      [0, 1, 2, 3].map((lane) => i32x4.extract(value.get, lane)).reduce((a, b) => i32.add(a, b))
    const floats = [0, 1, 2, 3].map((lane) => f32x4.extract(sum.get, lane)).reduce((a, b) => f32.add(a, b))
    return seq(
      ...(whole
        ? [
            f32.store(info.get, scale.get, record.scale),
            i32.store(info.get, lanes(sum), record.sum),
            i32.store(info.get, lanes(negative), record.negative),
            f32.store(info.get, f32.mul(scale.get, f32.convertI32(i32.load(info.get, record.sum))), record.scaledSum),
          ]
        : [f32.store(info.get, floats, record.scaledSum)]),
      info.set(i32.add(info.get, c(recordBytes))),
      sum.set(zero),
      negative.set(zero),
    )
  }
  const step = seq(
    ...Array.from({ length: blocks }, (_, b) => find(b)),
    ...v.map((each, i) => each.set(v128.load(from[i >> 2].get, 16 * (i & 3)))),
    ...(whole && scaling === 'panel' ? [scaleOfPanel()] : []),
    ...(whole
      ? v.flatMap((each) => [
          each.set(round(each.get)),
          sum.set(i32x4.add(sum.get, each.get)),
          negative.set(i32x4.sub(negative.get, i32x4.minS(each.get, zero))),
        ])
      : v.map((each) => sum.set(f32x4.add(sum.get, each.get)))),
    ...(values === 'real' ? v.map((each, i) => v128.store(out.get, each.get, 16 * i)) : []),
    ...(values === 'q16'
      ? Array.from({ length: 2 * blocks }, (_, i) =>
          v128.store(out.get, i16x8.narrowI32x4S(v[2 * i].get, v[2 * i + 1].get), 16 * i),
        )
      : []),
    ...(values === 'q8' || table
      ? Array.from({ length: blocks }, (_, b) =>
          v128.store(
            table ? i32.add(stage.get, c(128)) : out.get,
            i8x16.narrowI16x8S(
              i16x8.narrowI32x4S(v[4 * b].get, v[4 * b + 1].get),
              i16x8.narrowI32x4S(v[4 * b + 2].get, v[4 * b + 3].get),
            ),
            16 * b,
          ),
        )
      : []),
    ...(table ? [table.build(i32.add(stage.get, c(128)), out.get, width)] : []),
    out.set(i32.add(out.get, c(width * valueBytes[values]))),
    at.set(i32.add(at.get, c(width))),
    padded.set(i32.add(padded.get, c(width))),
    ...(form.panel !== undefined ? [writeRecord(), ...(table ? [table.panel()] : [])] : []),
  )
  const groupCols: I32 = group === undefined ? cols.get : c(group)
  return seq(
    out.set(prepared.get),
    stage.set(i32.add(prepared.get, sizes.stage.get)),
    info.set(i32.add(prepared.get, sizes.records.get)),
    sum.set(zero),
    negative.set(zero),
    ...(table ? [table.begin()] : []),
    ...(whole && scaling === 'token' ? [scaleOfToken(f, x, cols, most, inverse, scale)] : []),
    ...(scaling === 'one' ? [scale.set(f32.const(1)), inverse.set(f32.const(1))] : []),
    g.set(c(0)),
    f.while(
      g,
      sizes.groups.get,
      1,
      at.set(i32.mul(g.get, groupCols)),
      limit.set(i32.add(at.get, groupCols)),
      limit.set(i32.select(limit.get, cols.get, i32.ltU(limit.get, cols.get))),
      padded.set(c(0)),
      // A step moves `padded` itself.
      f.while(padded, sizes.padded, 0, step),
      ...(form.panel === undefined ? [writeRecord(), ...(table ? [table.panel()] : [])] : []),
    ),
  )
}

/** Copies `left` floats (maybe none) and fills up to 16 with zeros. */
function stageInputs(f: FunctionBuilder, from: Local<'i32'>, left: Local<'i32'>, to: I32): Statement {
  const i = f.local('i32')
  const target = f.local('i32')
  const fourBytes = (at: Local<'i32'>) => i32.shl(at.get, c(2))
  return seq(
    target.set(to),
    ...[0, 1, 2, 3].map((at) => v128.store(target.get, zero, 16 * at)),
    i.set(c(0)),
    when(
      i32.gtS(left.get, c(0)),
      f.while(i, left.get, 1, [
        ...f32.store(i32.add(target.get, fourBytes(i)), f32.load(i32.add(from.get, fourBytes(i)))),
      ]),
    ),
    from.set(target.get),
  )
}

/** scale = max(max|x|, 1e-5) / 127 and its inverse, each step in float32. */
function scaleOfToken(
  f: FunctionBuilder,
  x: Local<'i32'>,
  cols: Local<'i32'>,
  most: Local<'f32'>,
  inverse: Local<'f32'>,
  scale: Local<'f32'>,
): Statement {
  const i = f.local('i32')
  const wide = f.local('v128')
  const at = (index: Local<'i32'>) => i32.add(x.get, i32.shl(index.get, c(2)))
  return seq(
    i.set(c(0)),
    wide.set(f32x4.splat(f32.const(1e-5))),
    f.while(i, i32.and(cols.get, c(-4)), 4, wide.set(f32x4.pmax(wide.get, f32x4.abs(v128.load(at(i)))))),
    most.set([0, 1, 2, 3].map((lane) => f32x4.extract(wide.get, lane)).reduce((a, b) => f32.max(a, b))),
    f.while(i, cols.get, 1, most.set(f32.max(most.get, f32.abs(f32.load(at(i)))))),
    inverse.set(f32.div(f32.const(127), most.get)),
    scale.set(f32.div(most.get, f32.const(127))),
  )
}
