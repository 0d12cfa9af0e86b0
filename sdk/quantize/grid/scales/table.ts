/**
 * As ./signed for levels from a table (IQ4): the best single scale of a segment by weighted least squares, and which
 * level is nearest.
 */
import { found, sums } from './signed.js'

export interface Table {
  /** Whole numbers, ascending, within ±128. */
  readonly levels: Float32Array
  readonly places: Float64Array
  /** Place of the level nearest to -128 + k / 2 … just below the next half: midpoints of levels are whole or half. */
  readonly near: Uint8Array
}

export function table(levels: readonly number[], places: Float64Array): Table {
  const near = new Uint8Array(512)
  for (let k = 0, c = 0; k < near.length; k++) {
    // At a midpoint the upper one is taken, as ggml's best_index_int8 does.
    while (c + 1 < levels.length && -128 + k / 2 >= (levels[c] + levels[c + 1]) / 2) c++
    near[k] = c
  }
  return { levels: Float32Array.from(levels), places, near }
}

/** Place of the level nearest to `value`. */
export function nearestLevel({ near, levels }: Table, value: number): number {
  if (value <= -127) return 0
  if (value >= 127) return levels.length - 1
  return near[Math.floor(2 * value + 256)]
}

export function searchTable(values: Float32Array, weights: Float32Array, at: number, n: number, table: Table): number {
  let max = 0
  let size = 0
  for (let i = at; i < at + n; i++) {
    const magnitude = Math.abs(values[i])
    if (magnitude > size && weights[i] > 0) {
      size = magnitude
      max = values[i]
    }
  }
  found.gain = 0
  found.curvature = 0
  if (!(size > 0)) return 0
  const { levels, near, places } = table
  if (levels[0] === -levels[levels.length - 1]) max = size // so that the scale is not negative without need
  let scale = 0
  // After the candidates, six roundings with the last best scale.
  for (let k = 0; k < places.length + 6; k++) {
    const inverse = k < places.length ? places[k] / max : 1 / scale
    let lx = 0
    let l2 = 0
    for (let i = at; i < at + n; i++) {
      const value = values[i]
      let half = 2 * inverse * value + 256
      if (half < 0) half = 0
      else if (half > 511) half = 511
      const q = levels[near[half | 0]]
      const wq = weights[i] * q
      lx += wq * value
      l2 += wq * q
    }
    if (lx * lx > found.gain * l2) {
      found.gain = (lx * lx) / l2
      found.curvature = l2
      scale = lx / l2
    } else if (k >= places.length) break
  }
  return scale
}

/** Sums of a segment rounded with a given scale, as ./signed has them. */
export function roundTable(
  values: Float32Array,
  weights: Float32Array,
  at: number,
  n: number,
  { levels, near }: Table,
  scale: number,
): void {
  const double = 2 / scale
  let lx = 0
  let l2 = 0
  for (let i = at; i < at + n; i++) {
    const value = values[i]
    let half = double * value + 256
    if (half < 0) half = 0
    else if (half > 511) half = 511
    const q = levels[near[half | 0]]
    const wq = weights[i] * q
    lx += wq * value
    l2 += wq * q
  }
  sums.lx = lx
  sums.l2 = l2
}
