/**
 * Rows of the embedding, read and decoded as they are asked for: what lies in a file stays there.
 * takes  a Source (vocab × width) · gives  a row of floats in the buffer
 * before ./source · after ./compiled
 */
import { rowStep, type Source } from './source.js'

export class Embedding {
  readonly #source: Source
  readonly #step: number
  readonly #decoded: Float32Array

  constructor(source: Source) {
    this.#source = source
    this.#step = rowStep(source.weight)
    this.#decoded = new Float32Array(this.#step * source.cols)
  }

  row(id: number, scale: number, out: Float32Array): void {
    const { cols, rows } = this.#source
    const first = id - (id % this.#step)
    const { dtype, bytes, rows: count } = this.#source.piece(first, Math.min(this.#step, rows - first))
    dtype.decode(bytes, count * cols, 0, count * cols, this.#decoded)
    const at = (id - first) * cols
    for (let i = 0; i < cols; i++) out[i] = this.#decoded[at + i] * scale
  }
}
