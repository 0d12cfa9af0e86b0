/** Small models of every family, quantized to what exports must carry over. */
import type { DType } from '../../../../hal/dtype.js'
import * as dtypes from '../../../../hal/dtypes/index.js'
import { f16ToF32, f32ToF16 } from '../../../../hal/half.js'
import type { Tensor } from '../../../../hal/tensor.js'
import type { MetadataValue, ModelFile } from '../../../../sdk/model/model-file.js'
import { writeBlocks } from '../../../../sdk/model/repack/blocks.js'
import type { Bits } from '../../../../sdk/model/repack/grouped.js'
import { random } from '../../../kernels/random.js'

/** A matrix of codes, scales and zero points by chance; scales are halves. */
export function madeTensor(name: string, dtype: DType, cols: number, rows: number, seed: number): Tensor {
  const next = random(seed)
  const bits = (dtype === dtypes.Q4_0 ? 4 : dtype === dtypes.Q8_0 ? 8 : Number(dtype.name[2])) as Bits
  const groups = cols / dtype.block
  const middle = dtype === dtypes.Q4_0 || dtype === dtypes.Q8_0
  const groupOf32 = Int32Array.from({ length: cols / 32 }, (_, i) => Math.floor((i * 32) / dtype.block))
  const bytes = writeBlocks(
    {
      ...{ bits, cols, rows },
      scales: Float32Array.from({ length: groups * rows }, () =>
        f16ToF32(f32ToF16((next() < 0.5 ? -1 : 1) * (0.01 + 0.05 * next()))),
      ),
      zeros: Uint16Array.from({ length: groups * rows }, () =>
        middle ? 2 ** (bits - 1) : Math.floor(next() * 2 ** bits),
      ),
      columns: { groups: groupOf32 },
      codes(from, to, out) {
        // The same for a row, whoever asks: by its number.
        for (let row = from; row < to; row++) {
          const own = random(seed * 1000 + row)
          for (let c = 0; c < cols; c++) out[(row - from) * cols + c] = Math.floor(own() * 2 ** bits)
        }
      },
    },
    dtype,
  )
  return { name, dtype, shape: [cols, rows], bytes }
}

export function decoded({ dtype, shape, bytes }: Tensor): Float32Array {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
  dtype.decode(bytes, values.length, 0, values.length, values)
  return values
}

/** The model with every matrix of its layers in one of `formats`, in turn. */
export function quantizedModel(
  metadata: ReadonlyMap<string, MetadataValue>,
  tensors: readonly Tensor[],
  formats: readonly DType[],
): ModelFile {
  let turn = 0
  const made = tensors.map((tensor): [string, Tensor] => {
    const { name, shape } = tensor
    if (!name.startsWith('blk.') || shape.length !== 2) return [name, tensor]
    const dtype = formats[turn++ % formats.length]
    return [name, madeTensor(name, dtype, shape[0], shape[1], 7 + turn)]
  })
  return { path: '', bytes: 0, metadata, tensors: new Map(made) }
}
