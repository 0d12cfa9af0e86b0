/**
 * A js or cpp kernel's input, made once for all linears over it: rounded as the activations' type says, padded group by
 * group with zeros, and summed by the group where a type has minima.
 * takes  x (n × cols) float32 · gives  Prepared · after ./js, ./cpp
 */
import { f16ToF32, f32ToF16 } from '../../hal/half.js'

export type Activation = 'f32' | 'f16' | 'int8'

const kinds = { int8: Int8Array, float32: Float32Array, float64: Float64Array } as const
export type Values = Int8Array | Float32Array | Float64Array

export interface PrepareShape {
  readonly activation: Activation
  /** What a kernel reads; int8 only for int8 activations. */
  readonly kind: keyof typeof kinds
  readonly cols: number
  /** Columns of a group, and what they are padded to. */
  readonly group: number
  readonly padded: number
  /** Groups of a row, those included that only fill a record. */
  readonly groups: number
  /** Where column c of as many goes among them; absent: it stays. */
  readonly order?: Int32Array
  /** int8 already, in float32: nothing is rounded. */
  readonly whole?: boolean
}

export interface Prepared<T extends Values = Values> {
  readonly n: number
  /** n × groups × padded. */
  readonly x: T
  /** n × groups, the sums of x. */
  readonly sums: Float64Array
  /** What a token's x are to be multiplied by; ones where they are no whole numbers. */
  readonly xScales: Float32Array
}

export function prepare<K extends keyof typeof kinds>(
  { activation, kind, cols, group, padded, groups, order, whole }: PrepareShape & { readonly kind: K },
  input: Float32Array,
  n: number,
): Prepared<InstanceType<(typeof kinds)[K]>> {
  const columns = groups * padded
  const x = new kinds[kind](n * columns) as InstanceType<(typeof kinds)[K]>
  const sums = new Float64Array(n * groups)
  const xScales = new Float32Array(n).fill(1)
  const token = new Float32Array(cols)
  const span = order?.length ?? 1
  for (let t = 0; t < n; t++) {
    const own = input.subarray(t * cols, (t + 1) * cols)
    if (activation === 'int8' && whole) token.set(own)
    else if (activation === 'int8') xScales[t] = quantize(own, token)
    else for (let c = 0; c < cols; c++) token[c] = activation === 'f16' ? f16ToF32(f32ToF16(own[c])) : own[c]
    for (let g = 0; g * group < cols; g++) {
      const to = t * columns + g * padded
      let sum = 0
      for (let c = 0; c < group; c++) {
        const place = order ? c - (c % span) + order[c % span] : c
        x[to + place] = token[g * group + c]
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
