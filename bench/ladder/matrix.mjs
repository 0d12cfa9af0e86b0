/**
 * The matrix that every subject multiplies, and what its product must be: weight = scale · (code - zero), a scale for every
 * `group` columns. Scales are halves, so that each format of a model file holds the same numbers.
 * takes  { bits, group, rows, cols } · gives  codes, scales, x, the exact product of each row
 */
import { f16ToF32, f32ToF16 } from '../../dist/hal/half.js'

/** The same numbers at every call. */
function random(seed) {
  let x = seed | 1
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return x >>> 0
  }
}

/** Values that a code stands for are symmetric round zero, as they are in trained weights: at two bits -1, 0 and 1. */
const most = { 1: 1, 2: 2, 4: 15, 8: 255 }
const zeros = { 1: 0.5, 2: 1, 4: 8, 8: 128 }

export function makeMatrix({ bits, group, rows, cols }) {
  const next = random(bits)
  const codes = Uint8Array.from({ length: rows * cols }, () => (next() >>> 8) % (most[bits] + 1))
  const zero = zeros[bits]
  const size = 1 / Math.sqrt(cols) / Math.max(zero, 1)
  const half = () => f16ToF32(f32ToF16((0.5 + next() / 2 ** 32) * size))
  // One scale for all: a ternary tensor as BitNet has it.
  const scales =
    group === cols
      ? new Float32Array(rows).fill(half())
      : Float32Array.from({ length: (rows * cols) / group }, () => half())
  const bell = () => Array.from({ length: 12 }, () => next() / 2 ** 32).reduce((a, b) => a + b, -6)
  const x = Float32Array.from({ length: cols }, bell)
  const matrix = { bits, group, rows, cols, zero, codes, scales, x }
  return { ...matrix, product: product(matrix) }
}

/** In float64. */
function product({ group, rows, cols, zero, codes, scales, x }) {
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = 0
    for (let c = 0; c < cols; c++)
      sum += scales[Math.floor((r * cols + c) / group)] * (codes[r * cols + c] - zero) * x[c]
    return sum
  })
}

/** Normalized mean square error of a result. */
export function errorOf({ product }, y) {
  if (y.length !== product.length) throw new Error(`Expected ${product.length} rows but got ${y.length}`)
  let off = 0
  let all = 0
  for (let r = 0; r < y.length; r++) {
    off += (y[r] - product[r]) ** 2
    all += product[r] ** 2
  }
  return off / all
}
