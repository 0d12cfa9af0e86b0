/**
 * Dequantize a tile to floats in the first-level cache, then multiply it: what a library does that has f32 kernels and a
 * decoder. Weights of a tile are whole in scratch, scale and all, before any is multiplied. Or the same with the whole
 * matrix for a tile: 64 MB of floats, written and read at every call.
 * takes  a matrix of 1, 2 or 4 bits (./matrix) · gives  its product
 */
import { call, f32, f32x4, i32, i32x4, seq, v128 } from '../../dist/kernels/ladder/wasm/code.js'
import { packFields, packScales } from './fields.mjs'
import { horizontal } from './horizontal.mjs'
import { instantiate } from './wasm.mjs'

const tileRows = 4

export const dequantizeTile = subject(1024, (columns) => `dequantize to scratch of ${tileRows} × ${columns}, then f32`)
export const dequantizeWhole = subject(undefined, () => 'dequantize whole to memory, then f32')

function subject(tileCols, name) {
  return {
    name: name(tileCols),
    takes: ({ bits }) => bits < 8,
    open(matrix) {
      const { bits, rows, cols, zero, x } = matrix
      const fields = 32 / bits
      const half = 1 << (bits - 1)
      const last = fields - 1
      const columns = Math.min(tileCols ?? cols, cols)
      const wasm = instantiate(
        {
          // One bit becomes the sign of a float, set for the lower value; wider codes have two's complement in the top field.
          packed:
            bits === 1
              ? packFields(
                  matrix,
                  tileRows,
                  (code) => code ^ 1,
                  (k) => last - k,
                )
              : packFields(matrix, tileRows, (code, k) => (k === last ? code ^ half : code)),
          scales: packScales(matrix, tileRows).map((scale) => (bits === 1 ? scale / 2 : scale)),
          masks: Uint32Array.from({ length: fields }, (_, k) => (2 ** bits - 1) * 2 ** (bits * k)),
          zeros: Float32Array.from({ length: fields }, (_, k) => (zero - (k === last ? half : 0)) * 2 ** (bits * k)),
          x,
          scaled: 4 * cols,
          scratch: 4 * columns * (tileCols ? tileRows : rows),
          y: 4 * rows,
        },
        (module, places) => {
          emitPrepare(module, matrix, places)
          const dequantize = emitDequantize(module, matrix, places, columns)
          emitRun(module, matrix, places, columns, dequantize, tileCols === undefined)
        },
      )
      const [input, output] = [wasm.floats('x', cols), wasm.floats('y', rows)]
      return {
        run(x) {
          input.set(x)
          wasm.exports.prepare()
          if (!tileCols) wasm.exports.whole()
          wasm.exports.run()
          return output
        },
      }
    },
  }
}

/** scaled[c] = x[c] / 2^(bits · field of c), since a field in its place stands for so much more. */
function emitPrepare(module, { bits, cols }, places) {
  const fields = 32 / bits
  module.add('prepare', [], (f) => {
    const at = f.local('i32')
    const scale = (k) => f32x4.splat(f32.const(bits === 1 ? 1 : 2 ** (-bits * k)))
    const body = Array.from({ length: fields }, (_, k) =>
      v128.store(at.get, f32x4.mul(v128.load(at.get, places.x + 16 * k), scale(k)), places.scaled + 16 * k),
    )
    return f.while(at, i32.const(4 * cols), 16 * fields, ...body)
  })
}

/**
 * (w, scale, out): the tile's columns from there on, four columns of a row after those of the row before. A field stays in its
 * place: and, convert, subtract, multiply. Shifts would need two more, and x64 has two ports for them.
 */
function emitDequantize(module, { bits, group, cols }, places, columns) {
  const fields = 32 / bits
  const run = Math.min(group, columns)
  if (columns % run || (group > columns && group !== cols))
    throw new Error('Expected groups within a tile, or one a row')
  const step = 16 * tileRows
  return module.add('dequantize', ['i32', 'i32', 'i32'], (f, w, scale, out) => {
    const [end, groupEnd, k] = [0, 1, 2].map(() => f.local('i32'))
    const [s, v] = [0, 1].map(() => Array.from({ length: tileRows }, () => f.local('v128')))
    const [mask, zero] = [f.local('v128'), f.local('v128')]
    const codes = (r) => v128.and(v[r].get, mask.get)
    const weight = (r) =>
      bits === 1
        ? v128.xor(v128.and(v[r].get, mask.get), s[r].get)
        : f32x4.mul(f32x4.sub(f32x4.convertI32x4(codes(r)), zero.get), s[r].get)
    return seq(
      end.set(i32.add(out.get, i32.const(4 * tileRows * columns))),
      ...(bits === 1 ? [mask.set(i32x4.splat(i32.const(1 << 31)))] : []),
      f.while(
        out,
        end.get,
        0,
        ...s.map((each, r) => each.set(v128.load32Splat(scale.get, 4 * r))),
        scale.set(i32.add(scale.get, i32.const(4 * tileRows))),
        groupEnd.set(i32.add(out.get, i32.const(4 * tileRows * run))),
        f.while(
          out,
          groupEnd.get,
          0,
          ...v.map((each, r) => each.set(v128.load(w.get, 16 * r))),
          w.set(i32.add(w.get, i32.const(step))),
          k.set(i32.const(0)),
          f.while(
            k,
            i32.const(4 * fields),
            4,
            ...(bits === 1
              ? []
              : [mask.set(v128.load32Splat(k.get, places.masks)), zero.set(v128.load32Splat(k.get, places.zeros))]),
            ...s.map((_, r) => v128.store(out.get, weight(r), 16 * r)),
            ...(bits === 1 ? v.map((each) => each.set(i32x4.shl(each.get, i32.const(1)))) : []),
            out.set(i32.add(out.get, i32.const(step))),
          ),
        ),
      ),
    )
  })
}

function emitRun(module, { bits, rows, cols, group }, places, columns, dequantize, whole) {
  const packedStep = i32.const((tileRows * columns * bits) / 8)
  const floats = 4 * tileRows * columns
  // Scales of a tile's part, or of the tile where it has one a row.
  const scaleStep = i32.const(4 * tileRows * Math.max(1, columns / group))
  const [packedEnd, yEnd] = [places.packed + (rows * cols * bits) / 8, places.y + 4 * rows].map((end) => i32.const(end))
  if (whole)
    module.add('whole', [], (f) => {
      const [w, scale, out] = [0, 1, 2].map(() => f.local('i32'))
      return seq(
        w.set(i32.const(places.packed)),
        scale.set(i32.const(places.scales)),
        out.set(i32.const(places.scratch)),
        f.while(
          w,
          packedEnd,
          (tileRows * columns * bits) / 8,
          call(dequantize, w.get, scale.get, out.get),
          scale.set(i32.add(scale.get, scaleStep)),
          out.set(i32.add(out.get, i32.const(floats))),
        ),
      )
    })
  module.add('run', [], (f) => {
    const [w, scale, xAt, from, fromEnd, out] = Array.from({ length: 6 }, () => f.local('i32'))
    const acc = Array.from({ length: tileRows }, () => f.local('v128'))
    const x = f.local('v128')
    const product = (r, i) => f32x4.mul(v128.load(from.get, 16 * (i * tileRows + r)), x.get)
    const quad = (i) => [
      x.set(v128.load(xAt.get, 16 * i)),
      ...acc.map((each, r) => each.set(f32x4.add(each.get, product(r, i)))),
    ]
    const part = [
      ...(whole ? [] : [from.set(i32.const(places.scratch)), call(dequantize, w.get, scale.get, from.get)]),
      w.set(i32.add(w.get, packedStep)),
      ...(group > columns ? [] : [scale.set(i32.add(scale.get, scaleStep))]),
      fromEnd.set(i32.add(from.get, i32.const(floats))),
      f.while(from, fromEnd.get, 32 * tileRows, ...quad(0), ...quad(1), xAt.set(i32.add(xAt.get, i32.const(32)))),
    ]
    return seq(
      w.set(i32.const(places.packed)),
      scale.set(i32.const(places.scales)),
      from.set(i32.const(places.scratch)),
      out.set(i32.const(places.y)),
      f.while(
        out,
        yEnd,
        4 * tileRows,
        ...acc.map((each) => each.set(v128.const(new Array(16).fill(0)))),
        xAt.set(i32.const(places.scaled)),
        f.while(xAt, i32.const(places.scaled + 4 * cols), 0, ...part),
        ...(group > columns ? [scale.set(i32.add(scale.get, scaleStep))] : []),
        v128.store(out.get, horizontal(acc.map(({ get }) => get))),
      ),
    )
  })
}
