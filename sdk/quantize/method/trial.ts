/**
 * One block on trial: a header for a share of the values' range, codes of the nearest levels, and what a reader decodes.
 * takes  a grid, values of one block · gives  quantized values; header and codes, to be written where the trial is kept
 * before ../grid · after ./rtn, ./seq-mse, ./adaround, ./clip
 */
import { LutraError } from '../../../hal/error.js'
import type { Grid } from '../grid/grid.js'
import { type Nearest, nearestOf } from '../grid/nearest.js'
import type { Problem } from './problem.js'

const f = Math.fround

export class Trial {
  readonly codes: Uint8Array
  readonly scales: Float32Array
  readonly minima: Float32Array
  /** What a reader of the block decodes. */
  readonly quantized: Float32Array
  readonly #nearest: Nearest
  readonly #header: Uint8Array
  /** The code of the level nearest to 0, where a scale is 0 and all codes mean the same. */
  readonly #neutral: number
  readonly #low: Float32Array
  readonly #high: Float32Array

  constructor(readonly grid: Grid) {
    const { block, segment, levels, dtype } = grid
    this.codes = new Uint8Array(block)
    this.scales = new Float32Array(block / segment)
    this.minima = new Float32Array(block / segment)
    this.quantized = new Float32Array(block)
    this.#nearest = nearestOf(levels)
    this.#header = new Uint8Array(dtype.blockBytes)
    this.#neutral = this.#nearest(0)
    this.#low = new Float32Array(block / segment)
    this.#high = new Float32Array(block / segment)
  }

  /** The grid's own choice of scales. */
  fit(values: Float32Array, importance: Float32Array): void {
    this.grid.fit(values, importance, this.#header, 0, this.scales, this.minima)
  }

  /**
   * Scales, with minima where the grid has them, that span `shares` (one a segment) of each segment's values: min-max
   * rounding where the shares are 1.
   */
  range(values: Float32Array, shares: ArrayLike<number>): void {
    const { segment, levels, minima } = this.grid
    const [first, last] = [levels[0], levels[levels.length - 1]]
    for (let s = 0; s < this.scales.length; s++) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (let i = s * segment; i < (s + 1) * segment; i++) {
        low = Math.min(low, values[i])
        high = Math.max(high, values[i])
      }
      this.#low[s] = low * shares[s]
      this.#high[s] = high * shares[s]
      this.scales[s] = minima
        ? (this.#high[s] - this.#low[s]) / (last - first)
        : signedScale(first, last, this.#low[s], this.#high[s])
      this.minima[s] = minima ? this.#low[s] - this.scales[s] * first : 0
    }
    const wanted = Float32Array.from(minima ? this.minima : this.scales)
    this.#store()
    // Some formats have no negative scales, or no positive minima: what they hold instead must span the values too.
    let again = false
    for (let s = 0; s < this.scales.length; s++) {
      const holds = minima ? this.minima[s] : this.scales[s]
      if (wanted[s] === 0 || (minima ? !(wanted[s] > 0 && holds <= 0) : !(wanted[s] < 0 && holds >= 0))) continue
      again = true
      this.scales[s] = minima
        ? (this.#high[s] - holds) / last
        : Math.max(this.#high[s] / last, this.#low[s] / first || 0)
    }
    if (again) this.#store()
  }

  /** The nearest level for each value, at the scales as they are. */
  round(values: Float32Array): void {
    const { segment, levels } = this.grid
    for (let s = 0; s < this.scales.length; s++) {
      const [scale, minimum] = [this.scales[s], this.minima[s]]
      for (let i = s * segment; i < (s + 1) * segment; i++) {
        const code = scale === 0 ? this.#neutral : this.#nearest((values[i] - minimum) / scale)
        this.codes[i] = code
        this.quantized[i] = f(f(scale * levels[code]) + minimum)
      }
    }
  }

  /** Takes codes that someone else chose. */
  take(codes: Uint8Array): void {
    const { segment, levels } = this.grid
    this.codes.set(codes)
    for (let i = 0; i < codes.length; i++) {
      const s = Math.floor(i / segment)
      this.quantized[i] = f(f(this.scales[s] * levels[codes[i]]) + this.minima[s])
    }
  }

  write(bytes: Uint8Array, at: number): void {
    bytes.set(this.#header, at)
    this.grid.write(this.codes, bytes, at)
  }

  #store(): void {
    this.grid.store(this.scales, this.minima, this.#header, 0)
  }
}

/** The scale of smaller magnitude, of either sign, that spans low … high; 0 where there is nothing to span. */
function signedScale(first: number, last: number, low: number, high: number): number {
  const above = Math.max(high / last, first < 0 ? low / first : 0)
  const below = first < 0 ? Math.max(high / -first, -low / last) : Number.POSITIVE_INFINITY
  return Math.max(0, above) <= below ? Math.max(0, above) : -Math.max(0, below)
}

/** Bytes of a row; LutraError mismatch where its columns are no whole blocks. */
export function rowBytes({ name, cols }: Problem, { dtype, block }: Grid): number {
  if (cols % block === 0) return (cols / block) * dtype.blockBytes
  throw new LutraError(
    'mismatch',
    `Expected columns in whole blocks of ${block} for ${dtype.name} but ${name} has ${cols}`,
  )
}
