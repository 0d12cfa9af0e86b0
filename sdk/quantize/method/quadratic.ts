/**
 * Sums with the Hessian in plain loops: a block's quadratic form, and errors of several rows times a panel of H.
 * takes  errors e, H (symmetric) · gives  e H eᵀ + 2 e · pull; E · H · after  ./seq-mse, ./adaround
 */

/** Over places [from, to) of a size × size matrix. */
export function quadratic(
  e: Float32Array,
  h: Float32Array,
  size: number,
  from: number,
  to: number,
  pull: Float32Array,
): number {
  let sum = 0
  for (let i = from; i < to; i++) {
    if (e[i] === 0) continue
    let dot = 2 * pull[i]
    for (let j = from, at = i * size + from; j < to; j++, at++) dot += h[at] * e[j]
    sum += e[i] * dot
  }
  return sum
}

/** out (count × width) = E (count × cols) · columns [at, at + width) of H (cols × cols). */
export function panel(
  e: Float32Array,
  count: number,
  h: Float32Array,
  cols: number,
  at: number,
  width: number,
  out: Float32Array,
): void {
  out.fill(0, 0, count * width)
  // Sixty-four rows of the panel stay in the cache while all rows of E pass; four of them share a load and a store of `out`.
  for (let start = 0; start < cols; start += 64) {
    const end = Math.min(cols, start + 64)
    for (let r = 0; r < count; r++) {
      const [to, row] = [r * width, r * cols]
      let c = start
      for (; c + 4 <= end; c += 4) {
        const [a, b, d, f] = [e[row + c], e[row + c + 1], e[row + c + 2], e[row + c + 3]]
        const h0 = c * cols + at
        const [h1, h2, h3] = [h0 + cols, h0 + 2 * cols, h0 + 3 * cols]
        for (let j = 0; j < width; j++) out[to + j] += a * h[h0 + j] + b * h[h1 + j] + d * h[h2 + j] + f * h[h3 + j]
      }
      for (; c < end; c++) for (let j = 0; j < width; j++) out[to + j] += e[row + c] * h[c * cols + at + j]
    }
  }
}
