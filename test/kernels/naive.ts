/** One-line truths for linears, written without any engine: decode, multiply, add. */
import type { Tensor } from '../../hal/tensor.js'

export function decoded({ dtype, bytes, shape }: Tensor): Float32Array {
  const total = shape.reduce((a, b) => a * b, 1)
  const out = new Float32Array(total)
  dtype.decode(bytes, total, 0, total, out)
  return out
}

/** Σ w · x in float64, and beside it Σ |w · x| and Σ |w| · max|x of the same block of `block` columns|, for bounds. */
export function naiveFloat(weight: Tensor, x: Float32Array, n: number, block: number) {
  const [cols, rows] = weight.shape
  const w = decoded(weight)
  const y = new Float64Array(n * rows)
  const size = new Float64Array(n * rows)
  const reach = new Float64Array(n * rows)
  for (let t = 0; t < n; t++) {
    const most = new Float64Array(cols)
    for (let begin = 0; begin < cols; begin += block) {
      const part = x.subarray(t * cols + begin, t * cols + Math.min(begin + block, cols))
      most.fill(Math.max(...part.map(Math.abs)), begin, begin + block)
    }
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) {
        y[t * rows + r] += w[r * cols + c] * x[t * cols + c]
        size[t * rows + r] += Math.abs(w[r * cols + c] * x[t * cols + c])
        reach[t * rows + r] += Math.abs(w[r * cols + c]) * most[c]
      }
  }
  return { y, size, reach }
}

/**
 * The int8 meaning: q = nearest even of x · (127 / max|x|), y = Σ over the blocks that share a weight scale of
 * (Σ code · q) · (weight scale · max|x| / 127); everything but the integer sums in float32.
 */
export function naiveInt8(weight: Tensor, x: Float32Array, n: number): Float32Array {
  const { dtype, bytes } = weight
  const [cols, rows] = weight.shape
  const w = decoded(weight)
  const f = Math.fround
  const segment = dtype.tailBytes > 0 ? cols : dtype.block
  const segments = Math.ceil(cols / segment)
  const scales = Float32Array.from({ length: rows * segments }, (_, i) =>
    dtype.tailBytes > 0 && i > 0
      ? 0
      : scaleOf(weight, bytes, Math.floor(i / segments) * cols + (i % segments) * segment),
  )
  if (dtype.tailBytes > 0) scales.fill(scales[0])
  const y = new Float32Array(n * rows)
  for (let t = 0; t < n; t++) {
    const row = x.subarray(t * cols, (t + 1) * cols)
    const most = row.reduce((a, v) => Math.max(a, Math.abs(v)), f(1e-5))
    const q = row.map((v) => roundEven(f(v * f(127 / most))))
    for (let r = 0; r < rows; r++) {
      let sum = 0
      for (let s = 0; s < segments; s++) {
        const scale = scales[r * segments + s]
        let integer = 0
        for (let c = s * segment; c < Math.min((s + 1) * segment, cols); c++)
          integer += Math.round(w[r * cols + c] / scale) * q[c]
        sum = f(sum + f(f(integer) * f(scale * f(most / 127))))
      }
      y[t * rows + r] = sum
    }
  }
  return y
}

/** The scale of the block that holds an element: the least size of a weight that is not 0, read back from the decode. */
function scaleOf({ dtype, shape }: Tensor, bytes: Uint8Array, element: number): number {
  const total = shape.reduce((a, b) => a * b, 1)
  const ones = bytes.slice()
  const body = (total / dtype.block) * dtype.blockBytes
  if (dtype.tailBytes > 0) ones.fill(0xaa, 0, body)
  else {
    const block = Math.floor(element / dtype.block) * dtype.blockBytes
    ones.fill(dtype.name === 'TQ1_0' ? 0xff : 0xaa, block, block + dtype.blockBytes - 2) // all +1; scales are last
  }
  const out = new Float32Array(dtype.block)
  dtype.decode(ones, total, Math.floor(element / dtype.block) * dtype.block, dtype.block, out)
  return out[0]
}

function roundEven(v: number): number {
  const low = Math.floor(v)
  return v - low > 0.5 || (v - low === 0.5 && low % 2 !== 0) ? low + 1 : low
}
