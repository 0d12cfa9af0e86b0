/**
 * Linears over plain rows of floats. float32 is what runs where Ladder has no kernel, whatever format rows were decoded
 * from; float16 becomes float32 in three instructions for four weights, unless they are very small.
 * takes  rows padded to 16 columns · gives  kernels as kernels/ladder has them
 * before hal/dtypes · after ./kernel
 */
import {
  type F32,
  f32,
  f32x4,
  type I32,
  i16x8,
  i32,
  i32x4,
  type Statement,
  seq,
  type V128,
  v128,
  when,
} from '../../ladder/wasm/code.js'
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

/** How a row's floats lie, and statements that leave sixteen of them, from an address on, in four vectors. */
interface Floats {
  readonly name: string
  readonly bytes: number
  load(f: FunctionBuilder, at: I32, to: readonly Local<'v128'>[]): Statement
}

const f32Rows: Floats = {
  name: 'f32',
  bytes: 4,
  load: (_, at, to) => seq(...to.map((w, k) => w.set(v128.load(at, 16 * k)))),
}

/**
 * Sign, exponent and fraction move to where float32 has them, and the exponent's base, which differs by 112, is added. What
 * has no exponent (zero, and the least of numbers) is multiplied instead, which is as exact, but slow where it is not zero.
 * Infinity and NaN, which no weight is, come out as 65536 and more.
 */
const f16Rows: Floats = {
  name: 'f16',
  bytes: 2,
  load(f, at, to) {
    const halves = [f.local('v128'), f.local('v128')]
    const exponents = (h: Local<'v128'>): V128 => v128.and(h.get, i16x8.splat(c(0x7c00)))
    const moved = (k: number): V128 => {
      const wide = k % 2 === 0 ? i32x4.extendLowS : i32x4.extendHighS
      return v128.and(i32x4.shl(wide(halves[k >> 1].get), c(13)), i32x4.splat(c(0x8fffe000)))
    }
    return seq(
      ...halves.map((h, i) => h.set(v128.load(at, 16 * i))),
      when(
        v128.anyTrue(i16x8.eq(i16x8.minU(exponents(halves[0]), exponents(halves[1])), i16x8.splat(c(0)))),
        seq(...to.map((w, k) => w.set(f32x4.mul(moved(k), f32x4.splat(f32.const(2 ** 112)))))),
        seq(...to.map((w, k) => w.set(i32x4.add(moved(k), i32x4.splat(c(112 << 23)))))),
      ),
    )
  },
}

function kernelOver(floats: Floats, copy: (piece: Piece, row: number, to: Uint8Array) => void): Omit<Kernel, 'rounds'> {
  const { name, bytes } = floats
  const rowBytes = (cols: number): number => bytes * padded(cols)
  return {
    name: `linear ${name} mad`,
    form: { key: 'f32', bytes: (cols) => 4 * padded(cols) },
    tileRows,
    prepare: 'prepare_f32',
    run: `linear_${name}`,
    packedBytes: (rows, cols) => Math.ceil(rows / tileRows) * tileRows * rowBytes(cols),
    pack(piece, into, first) {
      const width = rowBytes(piece.cols)
      for (let r = 0; r < piece.rows; r++) copy(piece, r, into.subarray((first + r) * width, (first + r + 1) * width))
    },
    emit(module) {
      if (!module.has('prepare_f32')) emitPrepare(module)
      if (!module.has(`linear_${name}`)) emitRun(module, floats)
    },
  }
}

/** Any format, decoded. */
export const plainKernel = kernelOver(f32Rows, ({ dtype, rows, cols, bytes }, row, to) => {
  // A row may begin inside a block where the format runs on over the ends of rows.
  const skip = (row * cols) % dtype.block
  const decoded = new Float32Array(cols + 2 * dtype.block)
  dtype.decode(bytes, rows * cols, row * cols - skip, skip + cols, decoded)
  to.set(new Uint8Array(decoded.buffer, 4 * skip, 4 * cols))
})

/** F16 as it is. */
export const halfKernel = kernelOver(f16Rows, ({ cols, bytes }, row, to) =>
  to.set(bytes.subarray(2 * row * cols, 2 * (row + 1) * cols)),
)

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

function emitRun(module: ModuleBuilder, floats: Floats): void {
  const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const
  module.add(
    `linear_${floats.name}`,
    parameters,
    (f, packed, prepared, out, n, rows, cols, fromTile, toTile, bias, residual) => {
      const width = f.local('i32')
      const [row, end, weights, token] = Array.from({ length: 4 }, () => f.local('i32'))
      const most = (count: number): Statement => {
        const body = tokensOfRow(f, floats, count, { prepared, out, rows, bias, residual, width, row, weights, token })
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
          weights.set(i32.add(packed.get, i32.mul(i32.mul(row.get, width.get), c(floats.bytes)))),
          token.set(c(0)),
          when(i32.geU(n.get, c(tokensAtOnce)), most(tokensAtOnce)),
          most(1),
        ),
      )
    },
  )
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
function tokensOfRow(f: FunctionBuilder, floats: Floats, count: number, around: Around): Statement {
  const { prepared, out, rows, bias, residual, width, row, weights, token } = around
  const sums = Array.from({ length: count }, () => Array.from({ length: 4 }, () => f.local('v128')))
  const xs = sums.map(() => f.local('i32'))
  const [at, place, end] = [f.local('i32'), f.local('i32'), f.local('i32')]
  const ws = [0, 1, 2, 3].map(() => f.local('v128'))
  const y = f.local('f32')
  const zero = v128.const(new Array(16).fill(0))
  return seq(
    ...sums.flat().map((sum) => sum.set(zero)),
    ...xs.map((x, t) => x.set(i32.add(prepared.get, i32.shl(i32.mul(i32.add(token.get, c(t)), width.get), c(2))))),
    at.set(weights.get),
    end.set(i32.add(weights.get, i32.mul(width.get, c(floats.bytes)))),
    f.while(
      at,
      end.get,
      floats.bytes * step,
      floats.load(f, at.get, ws),
      ...ws.flatMap((w, k) =>
        sums.map((sum, t) => sum[k].set(f32x4.add(sum[k].get, f32x4.mul(w.get, v128.load(xs[t].get, 16 * k))))),
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
