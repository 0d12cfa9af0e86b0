/**
 * A tensor as whole numbers and scales, for kernels that work on integers. The numbers come from the format's own decode of
 * a copy whose scales are one, so that a format is described in one place.
 * takes  a tensor's bytes in a uniform format · gives  values, scales and minima (rows × segments)
 * before ./dtypes · after an engine's integer and accelerated linears
 */
import type { ScaledWeight } from './accelerator.js'
import type { DType } from './dtype.js'
import { checkRange } from './dtypes/blocked.js'

/** Blocks taken apart at a time: enough to make the call cheap, small beside any cache, one at least. */
const atOnce = (block: number): number => Math.max(1, Math.min(64, Math.floor(16384 / block)))

/** Why a tensor of these columns cannot be taken apart; undefined where it can. */
export function notUniform({ name, uniform }: DType, cols: number): string | undefined {
  if (!uniform) return `${name} is no format of whole numbers and scales`
  const { segment = cols } = uniform
  return cols % segment === 0 ? undefined : `rows of ${cols} end within the ${segment} weights that share a scale`
}

/** Undefined where `notUniform` says why. */
export function takeApart(dtype: DType, bytes: Uint8Array, rows: number, cols: number): ScaledWeight | undefined {
  const { uniform, block, blockBytes, tailBytes } = dtype
  if (!uniform || notUniform(dtype, cols)) return undefined
  const { bits, lowest, segment = cols, offset = 0, minimum } = uniform
  const total = rows * cols
  const values = new Int8Array(total)
  const blocksAtOnce = atOnce(block)
  const decoded = new Float32Array(blocksAtOnce * block)
  checkRange(dtype, bytes, total, 0, 0, decoded)
  const copy = new Uint8Array(blocksAtOnce * blockBytes + tailBytes)
  const blocks = total / block
  for (let first = 0; first < blocks; first += blocksAtOnce) {
    const count = Math.min(blocksAtOnce, blocks - first)
    copy.set(bytes.subarray(first * blockBytes, (first + count) * blockBytes))
    if (tailBytes > 0) uniform.strip(copy, count * blockBytes)
    else for (let b = 0; b < count; b++) uniform.strip(copy, b * blockBytes)
    dtype.decode(copy, count * block, 0, count * block, decoded)
    for (let i = 0; i < count * block; i++) values[first * block + i] = decoded[i] - offset
  }
  const each = (read: (bytes: Uint8Array, at: number, s: number) => number): Float32Array => {
    if (tailBytes > 0) return new Float32Array(rows).fill(read(bytes, blocks * blockBytes, 0))
    const perBlock = block / segment
    return Float32Array.from({ length: blocks * perBlock }, (_, i) =>
      read(bytes, Math.floor(i / perBlock) * blockBytes, i % perBlock),
    )
  }
  const scales = each(uniform.scale)
  return { rows, cols, segment, bits, lowest, values, scales, ...(minimum ? { minima: each(minimum) } : {}) }
}
