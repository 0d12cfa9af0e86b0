/**
 * A token's activations as int8 with one scale (BitNet's own meaning, every step in float32 so that engines agree).
 * takes  x (cols) float32 at `from` · gives  q (cols) int8, and the scale: x ≈ q · scale
 * after  ./linear-int8
 */
const floor = Math.fround(1e-5)

/** Adding and taking away 1.5 · 2^52 leaves the nearest integer, ties to even. */
const magic = 6755399441055744

export function quantizeToken(x: Float32Array, from: number, q: Int8Array): number {
  const cols = q.length
  let most = floor
  for (let c = 0; c < cols; c++) {
    const size = Math.abs(x[from + c])
    if (size > most) most = size
  }
  const inverse = Math.fround(127 / most)
  for (let c = 0; c < cols; c++) {
    const rounded = Math.fround(x[from + c] * inverse) + magic - magic
    q[c] = Math.min(Math.max(rounded, -128), 127)
  }
  return Math.fround(most / 127)
}
