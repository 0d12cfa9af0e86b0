/**
 * Weights as floats, exactly as their format decodes: whole while they fit in the limit, else row by row at every use.
 * takes  a tensor's bytes · gives  rows of float32
 * before hal/dtypes · after ./linear, ./embed, ./norm
 */
import type { DType } from '../../hal/dtype.js'

/** A tensor as the worker holds it; a vector is one row. */
export interface RawWeight {
  readonly name: string
  readonly dtype: DType
  readonly rows: number
  readonly cols: number
  readonly bytes: Uint8Array
}

/** Decoded weights that one engine may hold. Beyond it a model still runs, decoding rows as it goes. */
export const decodedLimit = 1 << 30

export class Matrix {
  readonly rows: number
  readonly cols: number
  /** Holds the row asked for last, at the place that `load` gave. */
  readonly data: Float32Array
  readonly #weight: RawWeight | undefined

  constructor(weight: RawWeight, whole: boolean) {
    const { rows, cols, dtype, bytes } = weight
    this.rows = rows
    this.cols = cols
    if (whole) {
      this.data = new Float32Array(rows * cols)
      dtype.decode(bytes, rows * cols, 0, rows * cols, this.data)
    } else {
      // A row may begin inside a block where the format runs on over the ends of rows.
      this.data = new Float32Array(cols + 2 * dtype.block)
      this.#weight = weight
    }
  }

  get residentBytes(): number {
    return this.data.byteLength + (this.#weight?.bytes.byteLength ?? 0)
  }

  /** Where row r begins in `data`. */
  load(r: number): number {
    if (!this.#weight) return r * this.cols
    const { dtype, bytes, rows, cols } = this.#weight
    const skip = (r * cols) % dtype.block
    dtype.decode(bytes, rows * cols, r * cols - skip, skip + cols, this.data)
    return skip
  }
}

/** Matrices by tensor name: decoded whole, within the limit, or by the row. */
export class Matrices {
  readonly #whole = new Map<string, Matrix>()
  readonly #byRow = new Map<string, Matrix>()
  #decoded = 0

  constructor(readonly limit = decodedLimit) {}

  /** For linears, which read every row each time. */
  whole(weight: RawWeight): Matrix {
    const held = this.#whole.get(weight.name)
    if (held) return held
    const size = weight.rows * weight.cols * 4
    if (this.#decoded + size > this.limit) return this.byRow(weight)
    this.#decoded += size
    const matrix = new Matrix(weight, true)
    this.#whole.set(weight.name, matrix)
    return matrix
  }

  /** For embeddings, which read a row per token. */
  byRow(weight: RawWeight): Matrix {
    const held = this.#byRow.get(weight.name) ?? new Matrix(weight, false)
    this.#byRow.set(weight.name, held)
    return held
  }

  get residentBytes(): number {
    let total = 0
    for (const matrix of [...this.#whole.values(), ...this.#byRow.values()]) total += matrix.residentBytes
    return total
  }
}
