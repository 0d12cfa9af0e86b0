/**
 * RMSNorm: out = in / sqrt(mean(in²) + eps) · weight, the mean in float64.
 * takes  x (tokens × width), weight (width) · gives  out (tokens × width)
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
  for (let t = from; t < from + n; t++) {
    const at = t * width
    let sum = 0
    for (let c = 0; c < width; c++) sum += x[at + c] * x[at + c]
    const scale = 1 / Math.sqrt(sum / width + eps)
    for (let c = 0; c < width; c++) out[at + c] = x[at + c] * scale * weight[c]
  }
}
