/** Emitted js kernels against the plain sum over what the format decodes to, for every type and activation at odd shapes. */
import { expect, it } from 'vitest'
import type { DType } from '../../../../hal/dtype.js'
import { dtypes, F32 } from '../../../../hal/dtypes/index.js'
import { f16ToF32, f32ToF16 } from '../../../../hal/half.js'
import { emitJs } from '../../../../kernels/ladder/js/linear.js'
import type { Activation } from '../../../../kernels/ladder/js/prepare.js'
import * as b from '../../../../kernels/ladder/type/build.js'
import { defineType } from '../../../../kernels/ladder/type/define.js'
import { elementsOf } from '../../../../kernels/ladder/type/elements.js'
import { encode } from '../../../../kernels/ladder/type/encode.js'
import { extraTypes, intType } from '../../../../kernels/ladder/type/extra.js'
import { ttypeOf } from '../../../../kernels/ladder/type/registry.js'
import { quantizeToken } from '../../../../kernels/ts/quantize.js'
import { normal, random, randomTensor } from '../../random.js'

const activations: readonly Activation[] = ['f32', 'f16', 'int8']

/** Groups that are no whole words, shifts that wrap, lanes of three. */
const odd = [
  intType(3, { name: 'odd3', group: 20 }),
  defineType({
    ...{ name: 'scrambled', bits: 6, group: 24, scale: 'f16', minimum: 'bf16' },
    decode: b.mul(b.toReal(b.sar(b.imul(b.code, 0x9e3779b1), 24)), 0.1),
  }),
  defineType({
    ...{ name: 'triples', bits: 5, lanes: 3, group: 12, scale: 'f16' },
    decode: Array.from({ length: 96 }, (_, i) => Math.sin(i)),
  }),
]

function bytesOf(dtype: DType, rows: number, cols: number, next: () => number): Uint8Array {
  if (dtypes.includes(dtype)) return randomTensor('w', dtype, [cols, rows], next).bytes
  return encode(
    dtype,
    Float32Array.from({ length: rows * cols }, () => normal(next)),
    { scale: 'max' },
  )
}

/** The input as the activation type has it. */
function rounded(activation: Activation, x: Float32Array, cols: number): Float32Array {
  if (activation === 'f32') return x
  if (activation === 'f16') return x.map((value) => f16ToF32(f32ToF16(value)))
  const q = new Int8Array(cols)
  const out = new Float32Array(x.length)
  for (let t = 0; t < x.length; t += cols) {
    const scale = quantizeToken(x, t, q)
    out.set(
      Float32Array.from(q, (value) => value * scale),
      t,
    )
  }
  return out
}

const all = [...dtypes.filter(ttypeOf), ...extraTypes, ...odd]

it.each(all.map((dtype) => [dtype.name, dtype] as const))(
  '%s times each activation type is the plain sum',
  (_, dtype) => {
    const next = random(9)
    const type = ttypeOf(dtype)!
    const rows = 5
    const cols = dtype.block === 1 ? 37 : 3 * Math.max(dtype.block, 4)
    const n = 3
    const bytes = bytesOf(dtype, rows, cols, next)
    const w = new Float32Array(rows * cols)
    dtype.decode(bytes, rows * cols, 0, rows * cols, w)
    const x = Float32Array.from({ length: n * cols }, () => normal(next))
    const bias = Float32Array.from({ length: rows }, () => normal(next))
    for (const activation of activations) {
      const kernel = emitJs(type, activation)
      const weight = kernel.pack(elementsOf(dtype, bytes, rows, cols))
      const y = new Float32Array(n * rows)
      kernel.run(weight, kernel.prepare(x, n, cols), y, 0, rows, bias)
      const input = rounded(activation, x, cols)
      for (let t = 0; t < n; t++) {
        const alone = new Float32Array(rows)
        const own = kernel.prepare(x.subarray(t * cols, (t + 1) * cols), 1, cols)
        kernel.run(weight, own, alone, 0, 2, bias)
        kernel.run(weight, own, alone, 2, rows, bias)
        // Alone or with others, in one call or two: the same bits.
        expect(alone).toEqual(y.subarray(t * rows, (t + 1) * rows))
        for (let r = 0; r < rows; r++) {
          let [truth, size] = [bias[r], Math.abs(bias[r])]
          for (let c = 0; c < cols; c++) {
            truth += w[r * cols + c] * input[t * cols + c]
            size += Math.abs(w[r * cols + c] * input[t * cols + c])
          }
          // Inputs of eight bits are rounded to float32 there and not here.
          expect(Math.abs(alone[r] - truth)).toBeLessThanOrEqual(3e-7 * size)
        }
      }
    }
  },
)

it('is source that can be read', () => {
  const { source, name } = emitJs(ttypeOf(intType(4))!, 'int8')
  expect(name).toBe('linear INT4 × int8 js')
  expect(source.split('\n').slice(0, 16).join('\n')).toMatchInlineSnapshot(`
    "// linear INT4 × int8 js: codes of 4 bits in 32-bit words, and behind a group its scale
    return function run({ words, floats, rows, rowWords, units, groups, columns, row }, { x, sums, xScales, n }, y, from, to, bias) {
      for (let r = from; r < to; r++) {
        if (n === 1) {
          const t = 0
          let total = 0
          let at = r * rowWords
          let a = t * columns
          for (let g = 0; g < groups; g++) {
            let s0 = 0, s1 = 0, s2 = 0, s3 = 0
            for (let u = 0; u < units; u++) {
              const w0 = words[at]
              s0 = (s0 + (((w0 & 15) << 28) >> 28) * x[a]) | 0
              s1 = (s1 + (((w0 >>> 4 & 15) << 28) >> 28) * x[a + 1]) | 0
              s2 = (s2 + (((w0 >>> 8 & 15) << 28) >> 28) * x[a + 2]) | 0
              s3 = (s3 + (((w0 >>> 12 & 15) << 28) >> 28) * x[a + 3]) | 0"
  `)
  expect(emitJs(ttypeOf(F32)!, 'f32').source).toContain('float[0]')
})
