/**
 * Rotary embedding in place: pair i of every head turns by position · frequencies[i], and grows by the magnitude.
 * takes  x (tokens × heads · headDim), the position of token 0 · pairs are (2i, 2i+1), halves are (i, i + frequencies)
 */
export interface Rope {
  readonly heads: number
  readonly headDim: number
  readonly frequencies: readonly number[]
  readonly magnitude?: number
  readonly style: 'pairs' | 'halves'
}

export function rope(op: Rope): (x: Float32Array, position: number, from: number, n: number) => void {
  const { heads, headDim, magnitude = 1 } = op
  const frequencies = Float64Array.from(op.frequencies)
  const half = frequencies.length
  const step = op.style === 'pairs' ? 2 : 1
  const apart = op.style === 'pairs' ? 1 : half
  return (x, position, from, n) => {
    for (let t = from; t < from + n; t++)
      for (let i = 0; i < half; i++) {
        const angle = (position + t) * frequencies[i]
        const cos = Math.cos(angle) * magnitude
        const sin = Math.sin(angle) * magnitude
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
