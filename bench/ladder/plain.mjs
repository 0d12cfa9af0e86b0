/**
 * The plain TypeScript loops of kernels/ts: floats decoded beforehand, whole numbers by multiplication, and whole numbers
 * of two bits by table lookup. Decoding and packing are not timed; quantizing x to int8 is.
 * takes  a matrix (./matrix) · gives  its product
 */
import { linear } from '../../dist/kernels/ts/linear.js'
import { Int8Linear } from '../../dist/kernels/ts/linear-int8.js'
import { LutKernel } from '../../dist/kernels/ts/linear-lut.js'
import { PlainKernel } from '../../dist/kernels/ts/linear-plain.js'
import { quantizeToken } from '../../dist/kernels/ts/quantize.js'

export const plainFloat = {
  name: 'plain TypeScript loop, f32',
  takes: () => true,
  open({ rows, cols, group, zero, codes, scales }) {
    const data = Float32Array.from(codes, (code, i) => scales[Math.floor(i / group)] * (code - zero))
    const weight = { rows, cols, data, load: (r) => r * cols }
    const y = new Float32Array(rows)
    return {
      run(x) {
        linear(weight, x, y, 0, 1)
        return y
      },
    }
  },
}

export const plainInt8 = integers(
  'plain TypeScript loop, int8',
  () => new PlainKernel(),
  () => true,
)
export const plainTable = integers(
  'TypeScript table lookup, int8',
  () => new LutKernel(),
  ({ bits }) => bits <= 2,
)

function integers(name, create, takes) {
  return {
    name,
    takes,
    open({ bits, rows, cols, group, zero, codes, scales }) {
      const kernel = create()
      // Codes of one bit, ±1/2 of the scale, are ±1 of half the scale: whole numbers from -1 on, of two bits.
      const half = bits === 1
      const linear = Int8Linear.load(
        {
          ...{ rows, cols, segment: group, bits: Math.max(bits, 2) },
          lowest: half ? -1 : -zero,
          values: Int8Array.from(codes, (code) => (half ? 2 * code - 1 : code - zero)),
          scales: half ? scales.map((scale) => scale / 2) : scales,
        },
        [kernel],
      )
      const q = new Int8Array(cols)
      const y = new Float32Array(rows)
      const xScales = new Float32Array(1)
      return {
        run(x) {
          xScales[0] = quantizeToken(x, 0, q)
          kernel.prepare(q, 1)
          linear.run(xScales, y, 0, 1)
          return y
        },
      }
    },
  }
}
