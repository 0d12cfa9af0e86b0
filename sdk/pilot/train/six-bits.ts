/**
 * A row of weights → Q6_K, the plain way: per 16 weights a scale that puts the largest on the last code, the scales
 * themselves in bytes of one half-precision step per block of 256. (The workshop's encoders search; rooms do not share.)
 * takes  whole blocks of 256 · gives  210 bytes a block: low nibbles, pairs of high bits, sixteen scales, d · after ./export
 */
import { f16ToF32, f32ToF16 } from '../../../hal/half.js'

const BLOCK = 256
const BYTES = 210
const SEGMENT = 16

export function sixBits(row: Float32Array): Uint8Array {
  const bytes = new Uint8Array((row.length / BLOCK) * BYTES)
  for (let n = 0; n < row.length / BLOCK; n++)
    block(row.subarray(n * BLOCK, (n + 1) * BLOCK), bytes.subarray(n * BYTES, (n + 1) * BYTES))
  return bytes
}

function block(values: Float32Array, bytes: Uint8Array): void {
  const scales = Array.from({ length: BLOCK / SEGMENT }, (_, j) =>
    scaleOf(values.subarray(j * SEGMENT, (j + 1) * SEGMENT)),
  )
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const most = scales.reduce((max, s) => Math.max(max, Math.abs(s)), 0)
  view.setUint16(208, f32ToF16(most / 127), true)
  const d = f16ToF32(view.getUint16(208, true))
  scales.forEach((scale, j) => {
    view.setInt8(192 + j, d > 0 ? Math.max(-128, Math.min(127, Math.round(scale / d))) : 0)
  })
  values.forEach((value, i) => {
    const scale = d * view.getInt8(192 + Math.floor(i / SEGMENT))
    const code = scale === 0 ? 32 : Math.max(0, Math.min(63, Math.round(value / scale) + 32))
    // Each half of 128 is four runs of 32: two share the bytes of low nibbles, all four those of high bits.
    const [half, run, l] = [i >> 7, (i >> 5) & 3, i & 31]
    bytes[64 * half + 32 * (run & 1) + l] |= (code & 15) << (4 * (run >> 1))
    bytes[128 + 32 * half + l] |= (code >> 4) << (2 * run)
  })
}

/** Signed, so that the largest weight stands on code -32, which has one more step than the other side. */
function scaleOf(segment: Float32Array): number {
  const largest = segment.reduce((most, w) => (Math.abs(w) > Math.abs(most) ? w : most), 0)
  return largest / -32
}
