/**
 * A js kernel's input, made once for all linears over it: rounded as the activations' type says, padded group by group with
 * zeros, and summed by the group where a type has minima.
 * takes  x (n × cols) float32 · gives  Prepared · after ./linear
 */
import { f16ToF32, f32ToF16 } from '../../../hal/half.js'

export type Activation = 'f32' | 'f16' | 'int8'

export interface Prepared {
  readonly n: number
  /** n × columns: floats as float64, which multiplications need them to be; int8 as what they are. */
  readonly x: Float64Array | Int8Array
  /** n × groups, the sums of x. */
  readonly sums: Float64Array
  /** What a token's x are to be multiplied by; ones where they are no whole numbers. */
  readonly xScales: Float32Array
}

/** `group` columns of `cols` at a time, padded to `padded`. */
export function prepare(
  activation: Activation,
  input: Float32Array,
  n: number,
  cols: number,
  group: number,
  padded: number,
): Prepared {
  const groups = cols / group
  const columns = groups * padded
  const x = activation === 'int8' ? new Int8Array(n * columns) : new Float64Array(n * columns)
  const sums = new Float64Array(n * groups)
  const xScales = new Float32Array(n).fill(1)
  const token = new Float32Array(cols)
  for (let t = 0; t < n; t++) {
    const own = input.subarray(t * cols, (t + 1) * cols)
    if (activation === 'int8') xScales[t] = quantize(own, token)
    else for (let c = 0; c < cols; c++) token[c] = activation === 'f16' ? f16ToF32(f32ToF16(own[c])) : own[c]
    for (let g = 0; g < groups; g++) {
      const to = t * columns + g * padded
      let sum = 0
      for (let c = 0; c < group; c++) {
        x[to + c] = token[g * group + c]
        sum += token[g * group + c]
      }
      sums[t * groups + g] = sum
    }
  }
  return { n, x, sums, xScales }
}

const floor = Math.fround(1e-5)
/** Adding and taking away 1.5 · 2^52 leaves the nearest integer, ties to even. */
const magic = 6755399441055744

/** BitNet's int8, every step in float32, as all engines do it: x ≈ out · scale. */
function quantize(x: Float32Array, out: Float32Array): number {
  let most = floor
  for (let c = 0; c < x.length; c++) most = Math.max(most, Math.abs(x[c]))
  const inverse = Math.fround(127 / most)
  for (let c = 0; c < x.length; c++) out[c] = Math.min(Math.max(Math.fround(x[c] * inverse) + magic - magic, -128), 127)
  return Math.fround(most / 127)
}
