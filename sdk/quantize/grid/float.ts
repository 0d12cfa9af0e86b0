/**
 * The plain floats as formats to quantize into: nothing to choose, so `encode` is all they have. Halves saturate.
 * takes  rows of float32 · gives  their bytes
 */
import type { DType } from '../../../hal/dtype.js'
import { BF16 as bf16, F16 as f16, F32 as f32 } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import { f32ToBf16 } from '../../../hal/half.js'
import type { Grid } from './grid.js'
import { putHalf } from './scales/half.js'

export const F32 = plain(f32, (row, bytes) => {
  bytes.set(new Uint8Array(row.buffer, row.byteOffset, 4 * row.length))
})

export const F16 = plain(f16, (row, bytes) => {
  for (let i = 0; i < row.length; i++) putHalf(bytes, 2 * i, row[i])
})

export const BF16 = plain(bf16, (row, bytes) => {
  for (let i = 0; i < row.length; i++) {
    const word = f32ToBf16(row[i])
    bytes[2 * i] = word & 255
    bytes[2 * i + 1] = word >> 8
  }
})

function plain(dtype: DType, encode: (row: Float32Array, bytes: Uint8Array) => void): Grid {
  const none = () => {
    throw new LutraError(
      'unsupported',
      `Expected a format with levels but found ${dtype.name}, which has scales of none`,
    )
  }
  return {
    ...{ dtype, block: 1, segment: 1, levels: new Float32Array(0), minima: false },
    encode: (row, _importance, bytes) => encode(row, bytes),
    ...{ fit: none, store: none, write: none },
  }
}
