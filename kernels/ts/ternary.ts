/**
 * A ternary tensor taken apart: integers and scales. The integers come from the format's own decode of a copy whose
 * scales are set to one, so that the format is described in one place.
 * takes  a tensor's bytes in a ternary format · gives  values -1 … 2 and float32 scales (rows × segments, or one)
 * before hal/dtypes · after ./linear-int8
 */
import type { IntegerWeight } from '../../hal/accelerator.js'
import type { DType } from '../../hal/dtype.js'
import { f16ToF32 } from '../../hal/half.js'
import type { RawWeight } from './weight.js'

export interface TernaryWeight extends IntegerWeight {
  /** One for the tensor, or one for each segment of each row. */
  readonly scales: Float32Array
}

/** Where a block keeps its half-precision scale. */
const scaleAt: Readonly<Record<string, number>> = { TQ1_0: 52, TQ2_0: 64 }

/** Blocks taken apart at a time: enough to make the call cheap, small beside any cache. */
const blocksAtOnce = 64

export function isTernary(dtype: DType): boolean {
  return dtype.ternary && (dtype.tailBytes > 0 || Object.hasOwn(scaleAt, dtype.name))
}

export function takeApart(weight: RawWeight): TernaryWeight {
  const { dtype, rows, cols, bytes } = weight
  const { block, blockBytes, tailBytes } = dtype
  const blocks = (rows * cols) / block
  const values = new Int8Array(rows * cols)
  const scales = new Float32Array(tailBytes > 0 ? 1 : blocks)
  if (tailBytes > 0) scales[0] = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(blocks * blockBytes, true)
  const decoded = new Float32Array(blocksAtOnce * block)
  const unit = new Uint8Array(blocksAtOnce * blockBytes + tailBytes)
  for (let first = 0; first < blocks; first += blocksAtOnce) {
    const count = Math.min(blocksAtOnce, blocks - first)
    unit.set(bytes.subarray(first * blockBytes, (first + count) * blockBytes))
    if (tailBytes > 0) new DataView(unit.buffer).setFloat32(count * blockBytes, 1, true)
    else
      for (let b = 0; b < count; b++) {
        const at = b * blockBytes + scaleAt[dtype.name]
        scales[first + b] = f16ToF32(unit[at] | (unit[at + 1] << 8))
        unit[at] = 0
        unit[at + 1] = 0x3c // one
      }
    dtype.decode(unit, count * block, 0, count * block, decoded)
    values.set(decoded.subarray(0, count * block), first * block)
  }
  return { rows, cols, segment: tailBytes > 0 ? cols : block, bits: 2, lowest: -1, values, scales }
}
