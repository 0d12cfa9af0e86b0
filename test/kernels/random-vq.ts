/** Random tensors in vector-quantized types, and geometries round every boundary. */
import type { DType } from '../../hal/dtype.js'
import { tensorBytes, type VqGeometry, vqType } from '../../hal/dtypes/index.js'
import { f32ToF16 } from '../../hal/half.js'
import type { Tensor } from '../../hal/tensor.js'

export const vqGeometries: readonly VqGeometry[] = [
  { codeBits: 4, lanes: 2, rows: 8, span: 256, cols: 512 },
  { codeBits: 4, lanes: 2, rows: 1, span: 32, cols: 96 },
  { codeBits: 2, lanes: 1, rows: 1, span: 256, cols: 256 },
  { codeBits: 3, lanes: 1, rows: 2, span: 96, cols: 96 },
  { codeBits: 1, lanes: 1, rows: 4, span: 64, cols: 128 },
  { codeBits: 6, lanes: 2, rows: 32, span: 256, cols: 256 },
  { codeBits: 5, lanes: 2, rows: 16, span: 128, cols: 256 },
  { codeBits: 4, lanes: 4, rows: 16, span: 256, cols: 256 },
  { codeBits: 8, lanes: 4, rows: 64, span: 64, cols: 64 },
  { codeBits: 8, lanes: 1, rows: 2, span: 512, cols: 512 },
]

/** Entries and codes of every value; scales so that weights come out near `spread`. */
export function randomVq(name: string, dtype: DType, shape: readonly number[], next: () => number, spread = 1): Tensor {
  const bytes = Uint8Array.from(
    {
      length: tensorBytes(
        dtype,
        shape.reduce((a, b) => a * b, 1),
      ),
    },
    () => next() * 256,
  )
  const unit = dtype.codebooks?.unitBytes ?? 0
  for (let at = 0; at < bytes.length; at += unit) {
    const half = f32ToF16((spread * (0.5 + next())) / 73)
    bytes.set([half & 255, half >> 8], at)
  }
  return { name, dtype, shape, bytes }
}

export const vqTypes: readonly DType[] = vqGeometries.map(vqType)
