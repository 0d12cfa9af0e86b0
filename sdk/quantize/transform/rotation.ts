/**
 * Randomized Hadamard rotations R = D (H ⊗ B) / √n of any size n = 2^k · t: D random signs, H Sylvester's matrix of 2^k,
 * B a Hadamard matrix of order t, or a random orthogonal one where none is known. O(n (k + t)) a row.
 * takes  size, seed · gives  Rotation · before ./hadamard · after ./rotate
 */
import { LutraError } from '../../../hal/error.js'
import { createRandom } from '../../sampler/random.js'
import { randomOrthogonal, smallHadamard } from './hadamard.js'

/** An odd factor beyond this costs more than the rest of a rotation by far; no published width has one. */
const largestOdd = 1024

/** Columns that are rotated at a time. */
const tile = 16

export class Rotation {
  readonly #signs: Float64Array
  /** Order t, scaled so that the whole is orthogonal. */
  readonly #small: Float64Array
  readonly #order: number
  readonly #row: Float64Array
  readonly #part: Float64Array

  /** QuaRot (2024), section 3; LutraError limit where the size's odd factor is beyond 1024. */
  constructor(
    readonly size: number,
    seed: number,
  ) {
    const next = createRandom(seed)
    let order = size
    while (order % 2 === 0) order /= 2
    if (!Number.isInteger(size) || size < 1 || order > largestOdd)
      throw new LutraError('limit', `Expected a size with an odd factor up to ${largestOdd} but found ${size}`)
    const odd = order
    this.#signs = Float64Array.from({ length: size }, () => (next() < 0.5 ? -1 : 1))
    let small = smallHadamard(order)
    while (!small && size % (2 * order) === 0 && 2 * order <= largestOdd) {
      order *= 2
      small = smallHadamard(order)
    }
    let scale = 1 / Math.sqrt(size)
    if (!small) {
      order = odd
      small = randomOrthogonal(order, next)
      scale = 1 / Math.sqrt(size / order)
    }
    this.#small = small.map((value) => value * scale)
    this.#order = order
    this.#row = new Float64Array(size)
    this.#part = new Float64Array(order)
  }

  /** Each of `count` rows of `size`, `stride` apart and the first at `at`: v becomes v R. */
  rows(values: Float32Array, at: number, count: number, stride: number): void {
    const row = this.#row
    for (let r = 0; r < count; r++, at += stride) {
      for (let i = 0; i < this.size; i++) row[i] = values[at + i]
      this.#turn()
      for (let i = 0; i < this.size; i++) values[at + i] = row[i]
    }
  }

  /** A matrix of `size` rows and `cols` columns at `at`: W becomes Rᵀ W, its outputs then are y R. */
  columns(values: Float32Array, at: number, cols: number): void {
    const { size } = this
    const turned = new Float32Array(tile * size)
    for (let c = 0; c < cols; c += tile) {
      const count = Math.min(tile, cols - c)
      for (let i = 0; i < size; i++)
        for (let j = 0; j < count; j++) turned[j * size + i] = values[at + i * cols + c + j]
      this.rows(turned, 0, count, size)
      for (let i = 0; i < size; i++)
        for (let j = 0; j < count; j++) values[at + i * cols + c + j] = turned[j * size + i]
    }
  }

  #turn(): void {
    const [row, part, small, order, size] = [this.#row, this.#part, this.#small, this.#order, this.size]
    for (let i = 0; i < size; i++) row[i] *= this.#signs[i]
    for (let step = order; step < size; step *= 2)
      for (let from = 0; from < size; from += 2 * step)
        for (let i = from; i < from + step; i++) {
          const [a, b] = [row[i], row[i + step]]
          row[i] = a + b
          row[i + step] = a - b
        }
    for (let from = 0; from < size; from += order) {
      part.fill(0)
      for (let i = 0; i < order; i++) for (let j = 0; j < order; j++) part[j] += row[from + i] * small[i * order + j]
      row.set(part, from)
    }
  }
}
