/**
 * A quantized tensor as codes that stay and one trainable scale a block: decoded weights are proportional to the block's
 * half-precision fields, so that a factor on these is a factor on the block, whatever lies between them and the weights.
 * takes  a tensor's bytes · gives  levels and scales, and the bytes with other scales · before hal/half · after ./scales-alone
 */
import { f16ToF32, f32ToF16 } from '../../../hal/half.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { TrainedLinear } from './pack.js'

/** Where a block's halves lie, in bytes: its scale and, if it has one, its minimum. */
export const halfFields: Readonly<Record<string, readonly number[]>> = {
  ...{ Q4_0: [0], Q4_1: [0, 2], Q5_0: [0], Q5_1: [0, 2], Q8_0: [0] },
  ...{ Q2_K: [80, 82], Q3_K: [108], Q4_K: [0, 2], Q5_K: [0, 2], Q6_K: [208] },
  ...{ IQ4_NL: [0], IQ4_XS: [0], TQ1_0: [52], TQ2_0: [64], Q1_0: [0], Q2_0: [0] },
  ...{ LU1: [16, 18], LU2: [32, 34], LU3: [48, 50], LU4: [64, 66] },
}

/** As the trainer's own least scale. */
const LEAST = 1e-5

/** Undefined where the format has no such fields. The unit of a block is the root mean square of its weights. */
export function takeScales({ dtype, shape, bytes }: Tensor): TrainedLinear | undefined {
  const [cols, rows = 1] = shape
  if (!halfFields[dtype.name] || cols % dtype.block !== 0) return undefined
  const levels = new Float32Array(rows * cols)
  dtype.decode(bytes, levels.length, 0, levels.length, levels)
  const scales = new Float32Array(levels.length / dtype.block)
  for (let g = 0; g < scales.length; g++) {
    const block = levels.subarray(g * dtype.block, (g + 1) * dtype.block)
    scales[g] = Math.max(LEAST, Math.sqrt(block.reduce((sum, w) => sum + w * w, 0) / block.length))
    for (let i = 0; i < block.length; i++) block[i] /= scales[g]
  }
  return { rows, cols, levels, scales }
}

/** `before` and `after`: a scale a block; the halves grow by their ratio, rounded to half precision. */
export function putScales({ dtype, bytes }: Tensor, before: Float32Array, after: Float32Array): Uint8Array {
  const out = new Uint8Array(bytes)
  const view = new DataView(out.buffer)
  for (let g = 0; g < before.length; g++)
    for (const field of halfFields[dtype.name]) {
      const at = g * dtype.blockBytes + field
      view.setUint16(at, f32ToF16(f16ToF32(view.getUint16(at, true)) * (after[g] / before[g])), true)
    }
  return out
}
