/**
 * Dequantize in registers, then f32 multiply-add: the fastest that we found for floats in WebAssembly SIMD. Four operations
 * for four weights: mask, convert, multiply, add. No shift: a field at bit b · k stands for code · 2^(b k), and x comes
 * divided by that; no subtraction: a group's sum begins at -Σ zero · x; the scale comes once a group.
 * takes  a matrix of 1, 2 or 4 bits (./matrix) · gives  its product
 */
import { f32, f32x4, i32, seq, v128, when } from '../../dist/kernels/ladder/wasm/code.js'
import { packFields, packScales } from './fields.mjs'
import { horizontal } from './horizontal.mjs'
import { instantiate } from './wasm.mjs'

/** Four sums, four vectors of codes, x, a mask: what 16 registers hold. Eight rows took 1.3 times as long. */
const tileRows = 4
const none = v128.const(new Array(16).fill(0))

export const dequantizeRegisters = subject('dequantize in registers, f32', false)
/** Multiply-add in one instruction; the baseline where the host has it. */
export const dequantizeRegistersRelaxed = subject('dequantize in registers, f32, relaxed', true)

function subject(name, relaxed) {
  return {
    name,
    takes: ({ bits }) => bits < 8,
    open(matrix) {
      const { bits, rows, cols, group, x } = matrix
      const fields = 32 / bits
      const half = 1 << (bits - 1)
      const wasm = instantiate(
        {
          // The highest field in two's complement, less half its range: it needs no zeros above.
          packed: packFields(matrix, tileRows, (code, k) => (k === fields - 1 ? code ^ half : code)),
          scales: packScales(matrix, tileRows),
          masks: Uint32Array.from({ length: fields }, (_, k) => (2 ** bits - 1) * 2 ** (bits * k)),
          x,
          scaled: 4 * cols,
          zeros: (16 * cols) / group,
          sums: 16 * tileRows,
          y: 4 * rows,
        },
        (module, places) => {
          emitPrepare(module, matrix, places)
          emitRun(module, matrix, places, relaxed)
        },
      )
      if ('absent' in wasm) return wasm
      const [input, output] = [wasm.floats('x', cols), wasm.floats('y', rows)]
      return {
        run(x) {
          input.set(x)
          wasm.exports.prepare()
          wasm.exports.run()
          return output
        },
      }
    },
  }
}

/** scaled[c] = x[c] / 2^(bits · field of c); zeros[g] = -Σ zero · x over a group's columns, lane by lane. */
function emitPrepare(module, { bits, cols, group, zero }, places) {
  const fields = 32 / bits
  module.add('prepare', [], (f) => {
    const [at, out] = [f.local('i32'), f.local('i32')]
    const sum = f.local('v128')
    const times = (value, factor) => f32x4.mul(value, f32x4.splat(f32.const(factor)))
    const field = (k) => {
      const value = v128.load(at.get, places.x + 16 * k)
      const stored = k === fields - 1 ? zero - (1 << (bits - 1)) : zero
      return [
        v128.store(at.get, times(value, 2 ** (-bits * k)), places.scaled + 16 * k),
        sum.set(f32x4.sub(sum.get, times(value, stored))),
      ]
    }
    const groupEnds = i32.eqz(i32.remU(i32.add(at.get, i32.const(16 * fields)), i32.const(4 * group)))
    return f.while(
      at,
      i32.const(4 * cols),
      16 * fields,
      ...Array.from({ length: fields }, (_, k) => field(k)).flat(),
      when(
        groupEnds,
        seq(v128.store(out.get, sum.get, places.zeros), out.set(i32.add(out.get, i32.const(16))), sum.set(none)),
      ),
    )
  })
}

/**
 * Short loops on purpose, two fields at a time and sums over groups in memory: V8 (Node 20) puts all loads of a straight
 * piece of code before its arithmetic, and the same unrolled took 1.4 times as long, for spilled registers.
 */
function emitRun(module, { bits, rows, cols, group }, places, relaxed) {
  const fields = 32 / bits
  module.add('run', [], (f) => {
    const [w, xAt, field, groupEnd, scale, zero, out] = Array.from({ length: 7 }, () => f.local('i32'))
    const tile = Array.from({ length: tileRows }, (_, r) => r)
    const [acc, v] = [0, 1].map(() => tile.map(() => f.local('v128')))
    const [x, mask] = [f.local('v128'), f.local('v128')]
    const nil = i32.const(0)
    const sumAt = (r) => places.sums + 16 * r
    const madd = (a, b, c) => (relaxed ? f32x4.relaxedMadd(a, b, c) : f32x4.add(f32x4.mul(a, b), c))
    const weights = (r) => f32x4.convertI32x4(v128.and(v[r].get, mask.get))
    const one = (k) => [
      x.set(v128.load(xAt.get, places.scaled + 16 * k)),
      mask.set(v128.load32Splat(field.get, places.masks + 4 * k)),
      ...tile.map((r) => acc[r].set(madd(weights(r), x.get, acc[r].get))),
    ]
    const vector = [
      ...tile.map((r) => v[r].set(v128.load(w.get, 16 * r))),
      field.set(nil),
      f.while(field, i32.const(4 * fields), 8, ...one(0), ...one(1), xAt.set(i32.add(xAt.get, i32.const(32)))),
      w.set(i32.add(w.get, i32.const(16 * tileRows))),
    ]
    const scaled = (r) => f32x4.mul(acc[r].get, v128.load32Splat(scale.get, 4 * r))
    const oneGroup = [
      ...tile.map((r) => acc[r].set(v128.load(zero.get, places.zeros))),
      groupEnd.set(i32.add(xAt.get, i32.const(4 * group))),
      f.while(xAt, groupEnd.get, 0, ...vector),
      ...tile.map((r) => v128.store(nil, f32x4.add(v128.load(nil, sumAt(r)), scaled(r)), sumAt(r))),
      scale.set(i32.add(scale.get, i32.const(4 * tileRows))),
    ]
    return seq(
      w.set(i32.const(places.packed)),
      scale.set(i32.const(places.scales)),
      out.set(i32.const(places.y)),
      f.while(
        out,
        i32.const(places.y + 4 * rows),
        4 * tileRows,
        xAt.set(nil),
        zero.set(nil),
        ...tile.map((r) => v128.store(nil, none, sumAt(r))),
        f.while(zero, i32.const((16 * cols) / group), 16, ...oneGroup),
        v128.store(out.get, horizontal(tile.map((r) => v128.load(nil, sumAt(r))))),
      ),
    )
  })
}
