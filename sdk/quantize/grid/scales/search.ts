/**
 * The best single scale of a segment by weighted least squares.
 * For fixed codes q the error sum w (v - s q)² is least at s = sum w v q / sum w q², and is then lower by
 * (sum w v q)² / sum w q²: candidates are compared by that gain alone.
 * takes  a segment of ./block · gives  the scale (any sign), its gain and its curvature sum w q²
 */
import type { Alphabet } from './alphabet.js'
import { product, value, weight } from './block.js'

/** What the last search found, beside the scale it returned. */
export const found = { gain: 0, curvature: 0 }

/** Sums of the last rounding, with the nearest levels q: w v q and w q². */
export const sums = { lx: 0, l2: 0 }

export function searchScale(at: number, n: number, alphabet: Alphabet): number {
  const { places, symmetric } = alphabet
  let max = 0
  let size = 0
  for (let i = at; i < at + n; i++) {
    const magnitude = Math.abs(value[i])
    if (magnitude > size && weight[i] > 0) {
      size = magnitude
      max = value[i]
    }
  }
  found.gain = 0
  found.curvature = 0
  if (!(size > 0)) return 0
  if (symmetric) max = size
  let scale = 0
  // After the candidates, six roundings with the last best scale.
  for (let k = 0; k < places.length + 6; k++) {
    const inverse = k < places.length ? places[k] / max : 1 / scale
    round(at, n, alphabet, inverse)
    const { lx, l2 } = sums
    if (lx * lx > found.gain * l2) {
      found.gain = (lx * lx) / l2
      found.curvature = l2
      scale = lx / l2
    } else if (k >= places.length) break
  }
  return scale
}

/** Rounds a segment to the nearest levels of a scale, given as its inverse; leaves `sums`. */
export function round(at: number, n: number, { steps, origin, nearest }: Alphabet, inverse: number): void {
  const factor = steps * inverse
  let lx = 0
  let l2 = 0
  for (let i = at; i < at + n; i++) {
    let k = (factor * value[i] + origin) | 0
    if (k < 0) k = 0
    else if (k > 511) k = 511
    const q = nearest[k]
    lx += product[i] * q
    l2 += weight[i] * q * q
  }
  sums.lx = lx
  sums.l2 = l2
}
