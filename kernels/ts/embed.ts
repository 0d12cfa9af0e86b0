/**
 * Rows of the embedding, one per token.
 * takes  weight (vocab × width), ids (tokens) · gives  out (tokens × width)
 * before ./weight · after ./compiled
 */
import type { Matrix } from './weight.js'

export function embed(weight: Matrix, ids: Int32Array, scale: number, out: Float32Array): void {
  const { cols, data } = weight
  for (let t = 0; t < ids.length; t++) {
    const row = weight.load(ids[t])
    for (let c = 0; c < cols; c++) out[t * cols + c] = data[row + c] * scale
  }
}
