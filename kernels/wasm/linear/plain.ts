/**
 * A linear over plain float32 rows, whatever format they were decoded from: what runs where Ladder has no kernel.
 * takes  rows decoded, padded to 16 columns · gives  a kernel as kernels/ladder has them
 * before hal/dtypes · after ./kernel
 */
import { type F32, f32, f32x4, i32, type Statement, seq, v128, when } from '../../ladder/wasm/code.js'
import type { FunctionBuilder, Local, ModuleBuilder } from '../../ladder/wasm/module.js'
import type { Piece } from '../source.js'
import type { Kernel } from './kernel.js'

/** Rows of a tile, and tokens that share a load of their weights. */
const tileRows = 2
const tokensAtOnce = 4
/** Columns of a step: four vectors, so that additions need not wait for each other. */
const step = 16
const padded = (cols: number): number => Math.ceil(cols / step) * step
const c = i32.const

export const plainKernel: Omit<Kernel, 'rounds'> = {
  name: 'linear f32 mad',
  form: { key: 'f32', bytes: (cols) => 4 * padded(cols) },
  tileRows,
  prepare: 'prepare_f32',
  run: 'linear_f32',
  packedBytes: (rows, cols) => 4 * Math.ceil(rows / tileRows) * tileRows * padded(cols),
  pack: packRows,
  emit(module) {
    if (module.has('linear_f32')) return
    emitPrepare(module)
    emitRun(module)
  },
}

function packRows({ dtype, rows, cols, bytes }: Piece, into: Uint8Array, first: number): void {
  const width = padded(cols)
  const all = new Float32Array(into.buffer, into.byteOffset + 4 * first * width, rows * width)
  const flat = new Float32Array(rows * cols)
  dtype.decode(bytes, rows * cols, 0, rows * cols, flat)
  for (let r = 0; r < rows; r++) all.set(flat.subarray(r * cols, (r + 1) * cols), r * width)
}

/** Copies tokens, zeros behind each. */
function emitPrepare(module: ModuleBuilder): void {
  module.add('prepare_f32', ['i32', 'i32', 'i32', 'i32'], (f, x, prepared, cols, n) => {
    const [t, at] = [f.local('i32'), f.local('i32')]
    return f.while(
      t,
      n.get,
      1,
      at.set(c(0)),
      f.while(at, cols.get, 1, f32.store(prepared.get, f32.load(x.get)), advance(x, 4), advance(prepared, 4)),
      when(
        i32.and(cols.get, c(step - 1)),
        seq(
          at.set(i32.and(cols.get, c(step - 1))),
          f.while(at, c(step), 1, f32.store(prepared.get, f32.const(0)), advance(prepared, 4)),
        ),
      ),
    )
  })
}

function advance(at: Local<'i32'>, by: number): Statement {
  return at.set(i32.add(at.get, c(by)))
}

function emitRun(module: ModuleBuilder): void {
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const
  module.add('linear_f32', parameters, (f, packed, prepared, out, n, rows, cols, fromTile, toTile, bias, residual) => {
    const width = f.local('i32')
    const [row, end, weights, token] = Array.from({ length: 4 }, () => f.local('i32'))
    const most = (count: number): Statement => {
      const body = tokensOfRow(f, count, { prepared, out, rows, bias, residual, width, row, weights, token })
      return seq(f.while(token, i32.sub(n.get, c(count - 1)), count, body))
    }
    return seq(
      width.set(i32.and(i32.add(cols.get, c(step - 1)), c(-step))),
      row.set(i32.mul(fromTile.get, c(tileRows))),
      end.set(i32.mul(toTile.get, c(tileRows))),
      end.set(i32.select(end.get, rows.get, i32.ltU(end.get, rows.get))),
      f.while(
        row,
        end.get,
        1,
        weights.set(i32.add(packed.get, i32.shl(i32.mul(row.get, width.get), c(2)))),
        token.set(c(0)),
        when(i32.geU(n.get, c(tokensAtOnce)), most(tokensAtOnce)),
        most(1),
      ),
    )
  })
}

interface Around {
  readonly prepared: Local<'i32'>
  readonly out: Local<'i32'>
  readonly rows: Local<'i32'>
  readonly bias: Local<'i32'>
  readonly residual: Local<'i32'>
  readonly width: Local<'i32'>
  readonly row: Local<'i32'>
  readonly weights: Local<'i32'>
  readonly token: Local<'i32'>
}

/** One row for `count` tokens; each token's sums are made in the same order, however many there are. */
function tokensOfRow(f: FunctionBuilder, count: number, around: Around): Statement {
  const { prepared, out, rows, bias, residual, width, row, weights, token } = around
  const sums = Array.from({ length: count }, () => Array.from({ length: 4 }, () => f.local('v128')))
  const xs = sums.map(() => f.local('i32'))
  const [at, place, end] = [f.local('i32'), f.local('i32'), f.local('i32')]
  const w = f.local('v128')
  const y = f.local('f32')
  const zero = v128.const(new Array(16).fill(0))
  return seq(
    ...sums.flat().map((sum) => sum.set(zero)),
    ...xs.map((x, t) => x.set(i32.add(prepared.get, i32.shl(i32.mul(i32.add(token.get, c(t)), width.get), c(2))))),
    at.set(weights.get),
    end.set(i32.add(weights.get, i32.shl(width.get, c(2)))),
    f.while(
      at,
      end.get,
      4 * step,
      ...[0, 1, 2, 3].map((k) =>
        seq(
          w.set(v128.load(at.get, 16 * k)),
          ...sums.map((sum, t) => sum[k].set(f32x4.add(sum[k].get, f32x4.mul(w.get, v128.load(xs[t].get, 16 * k))))),
        ),
      ),
      ...xs.map((x) => advance(x, 4 * step)),
    ),
    ...sums.map((sum, t) => {
      const total = sum[0]
      const lanes = [0, 1, 2, 3].map((lane): F32 => f32x4.extract(total.get, lane))
      return seq(
        total.set(f32x4.add(f32x4.add(sum[0].get, sum[1].get), f32x4.add(sum[2].get, sum[3].get))),
        y.set(f32.add(f32.add(lanes[0], lanes[1]), f32.add(lanes[2], lanes[3]))),
        when(bias.get, y.set(f32.add(y.get, f32.load(i32.add(bias.get, i32.shl(row.get, c(2))))))),
        place.set(i32.shl(i32.add(i32.mul(i32.add(token.get, c(t)), rows.get), row.get), c(2))),
        when(residual.get, y.set(f32.add(y.get, f32.load(i32.add(residual.get, place.get))))),
        f32.store(i32.add(out.get, place.get), y.get),
      )
    }),
  )
}
