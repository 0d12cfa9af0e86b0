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
  /** The scale or, where there are minima, the least value that a segment should have. */
  readonly #wanted: Float32Array

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
    this.#wanted = new Float32Array(block / segment)
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
      if (minima) this.#span(s, this.#low[s], this.#high[s])
      else this.#wanted[s] = this.scales[s] = signedScale(first, last, this.#low[s], this.#high[s])
    }
    this.grid.store(this.scales, this.minima, this.#header, 0)
    // Some formats have no negative scales, no positive minima, or none without a scale: then another way to hold the values.
    let again = false
    for (let s = 0; s < this.scales.length; s++) {
      const [low, high] = [this.#low[s], this.#high[s]]
      if (minima) {
        const off = Math.abs(this.minima[s] + this.scales[s] * first - this.#wanted[s])
        if (off <= 0.25 * (high - low) + 0.05 * Math.max(high, -low)) continue
        this.#span(s, Math.min(low, 0), Math.max(high, 0))
      } else {
        if (this.#wanted[s] >= 0 || this.scales[s] < 0) continue
        this.scales[s] = Math.max(high / last, first < 0 ? low / first : 0)
      }
      again = true
    }
    if (again) this.grid.store(this.scales, this.minima, this.#header, 0)
  }

  /** Wants a segment's levels to reach from low to high. */
  #span(s: number, low: number, high: number): void {
    const { levels } = this.grid
    this.scales[s] = (high - low) / (levels[levels.length - 1] - levels[0])
    this.minima[s] = low - this.scales[s] * levels[0]
    this.#wanted[s] = low
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
