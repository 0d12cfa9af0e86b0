/**
 * Rotary embedding in place: pair i of every head turns by position · theta^(-2i / dims).
 * takes  x (tokens × heads · headDim), the position of token 0 · pairs are (2i, 2i+1), halves are (i, i + dims/2)
 */
export interface Rope {
  readonly heads: number
  readonly headDim: number
  readonly dims: number
  readonly theta: number
  readonly style: 'pairs' | 'halves'
}

export function rope(op: Rope): (x: Float32Array, position: number, from: number, n: number) => void {
  const { heads, headDim, dims, theta } = op
  const half = dims / 2
  const step = op.style === 'pairs' ? 2 : 1
  const apart = op.style === 'pairs' ? 1 : half
  const frequency = Float64Array.from({ length: half }, (_, i) => theta ** ((-2 * i) / dims))
  return (x, position, from, n) => {
    for (let t = from; t < from + n; t++)
      for (let i = 0; i < half; i++) {
        const angle = (position + t) * frequency[i]
        const cos = Math.cos(angle)
        const sin = Math.sin(angle)
        for (let h = 0; h < heads; h++) {
          const at = (t * heads + h) * headDim + i * step
          const a = x[at]
          const b = x[at + apart]
          x[at] = a * cos - b * sin
          x[at + apart] = a * sin + b * cos
        }
      }
  }
}
