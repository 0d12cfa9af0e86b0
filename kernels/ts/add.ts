/**
 * out = a + b, element by element; out may be a or b.
 * takes  a, b (tokens × width) from element `from` to `to` · gives  out of the same shape
 */
export function add(a: Float32Array, b: Float32Array, out: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) out[i] = a[i] + b[i]
}

/** out (tokens × width) += bias (width), for tokens from … from + n. */
export function addBias(out: Float32Array, bias: Float32Array, from: number, n: number): void {
  const width = bias.length
  for (let t = from; t < from + n; t++) for (let c = 0; c < width; c++) out[t * width + c] += bias[c]
}
