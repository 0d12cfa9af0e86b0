/**
 * What emitters are checked with: every type at an odd shape, and the plain sum over what its format decodes to.
 * gives  types, cases, the truth and how far a kernel may be off it
 */
import type { DType } from '../../../hal/dtype.js'
import { dtypes } from '../../../hal/dtypes/index.js'
import { f16ToF32, f32ToF16 } from '../../../hal/half.js'
import type { Activation } from '../../../kernels/ladder/prepare.js'
import * as b from '../../../kernels/ladder/type/build.js'
import { defineType } from '../../../kernels/ladder/type/define.js'
import { elementsOf } from '../../../kernels/ladder/type/elements.js'
import { encode } from '../../../kernels/ladder/type/encode.js'
import { extraTypes, intType } from '../../../kernels/ladder/type/extra.js'
import { ttypeOf } from '../../../kernels/ladder/type/registry.js'
import { quantizeToken } from '../../../kernels/ts/quantize.js'
import { normal, random, randomTensor } from '../random.js'

export const activations: readonly Activation[] = ['f32', 'f16', 'int8']

/** Groups that are no whole words, shifts that wrap, lanes of three, groups with nothing shared, choices and comparisons. */
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
  defineType({
    ...{ name: 'bare', bits: 7, group: 8, block: 8, minimum: 'f16' },
    decode: b.select(b.ilt(b.code, 9), b.sub(b.toReal(b.xor(b.code, 5)), 2.5), b.table([1, 2, 3], b.shr(b.code, 2))),
  }),
  defineType({ ...{ name: 'doubles', bits: 5 }, decode: b.toReal(b.imul(b.isub(b.code, 16), 4)) }),
  defineType({
    ...{ name: 'wide12', bits: 12, group: 16, scale: 'f32' },
    decode: b.mul(
      b.toReal(b.iselect(b.ieq(b.and(b.code, 1), 1), b.shl(b.code, b.and(b.code, 3)), b.or(b.code, 6))),
      2 ** -9,
    ),
  }),
]

export const types: readonly DType[] = [...dtypes.filter(ttypeOf), ...extraTypes, ...odd]

export interface Case {
  readonly dtype: DType
  readonly rows: number
  readonly cols: number
  readonly n: number
  readonly bytes: Uint8Array
  readonly x: Float32Array
  readonly bias: Float32Array
}

export function caseOf(dtype: DType, { rows = 5, n = 3, blocks = 3 } = {}): Case {
  const next = random(9)
  const cols = dtype.block === 1 ? 37 : blocks * Math.max(dtype.block, 4)
  const values = (count: number) => Float32Array.from({ length: count }, () => normal(next))
  const bytes = dtypes.includes(dtype)
    ? randomTensor('w', dtype, [cols, rows], next).bytes
    : encode(dtype, values(rows * cols), { scale: 'max' })
  return { dtype, rows, cols, n, bytes, x: values(n * cols), bias: values(rows) }
}

export function elements({ dtype, bytes, rows, cols }: Case) {
  return elementsOf(dtype, bytes, rows, cols)
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

/** The largest distance from the plain sum, in parts of the sum of magnitudes. */
export function worst({ dtype, rows, cols, n, bytes, x, bias }: Case, activation: Activation, y: Float32Array): number {
  const w = new Float32Array(rows * cols)
  dtype.decode(bytes, rows * cols, 0, rows * cols, w)
  const input = rounded(activation, x, cols)
  let most = 0
  for (let t = 0; t < n; t++)
    for (let r = 0; r < rows; r++) {
      let [truth, size] = [bias[r], Math.abs(bias[r])]
      for (let c = 0; c < cols; c++) {
        truth += w[r * cols + c] * input[t * cols + c]
        size += Math.abs(w[r * cols + c] * input[t * cols + c])
      }
      const off = Math.abs(y[t * rows + r] - truth) / size
      most = Math.max(most, off) // not-a-number is kept
    }
  return most
}
