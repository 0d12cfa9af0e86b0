/**
 * RMSNorm: out = in / sqrt(mean(in²) + eps) · weight, the mean in float64.
 * takes  x (rows × width), weight (width) · gives  out (rows × width), which may be x; a row is a token, or a head of one
 */
export function norm(
  x: Float32Array,
  weight: Float32Array,
  eps: number,
  out: Float32Array,
  from: number,
  n: number,
): void {
  const width = weight.length
  for (let r = from; r < from + n; r++) {
    const at = r * width
    let sum = 0
    for (let c = 0; c < width; c++) sum += x[at + c] * x[at + c]
    const scale = 1 / Math.sqrt(sum / width + eps)
    for (let c = 0; c < width; c++) out[at + c] = x[at + c] * scale * weight[c]
  }
}
