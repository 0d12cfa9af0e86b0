/**
 * Scales and minima of segments that are stored as small whole numbers times two halves of the block (Q2_K, Q4_K, Q5_K):
 * a weight is d · small · code - dmin · smallMinimum. First each segment alone; then the halves nearest to that; then
 * whole numbers and halves in turn, codes rounded anew each time.
 * takes  a block's values and weights · gives  the halves in `halves`, and small, smallMinima of each segment
 */
import { fitted, roundAffine, type Spans, searchAffine, sums } from './affine.js'
import type { Alphabet } from './alphabet.js'
import { above, load } from './block.js'
import { roundHalf } from './half.js'
import { searchScale } from './search.js'
import { roundTo, storeMultiples } from './store.js'

export interface Pairs {
  /** Weights of a segment, segments of a block, and the largest whole number. */
  readonly n: number
  readonly count: number
  readonly most: number
  readonly spans: Spans
  /** The whole numbers 0 … most. */
  readonly small: Alphabet
}

export const halves = { d: 0, dmin: 0 }

const scales = new Float32Array(16)
const minima = new Float32Array(16)
const curvature = new Float32Array(16)
const sumW = new Float32Array(16)
const sumX = new Float64Array(16)

export function fitPairs(
  values: Float32Array,
  weights: Float32Array,
  format: Pairs,
  small: Int16Array,
  smallMinima: Int16Array,
): void {
  const { n, count, most, spans } = format
  load(values, weights, n * count, n)
  for (let j = 0; j < count; j++) {
    scales[j] = searchAffine(n * j, n, spans)
    minima[j] = -fitted.minimum
    curvature[j] = fitted.curvature
    sumW[j] = fitted.sumW
    sumX[j] = fitted.sumX
  }
  halves.d = nearestHalf(scales, curvature, format, small)
  halves.dmin = nearestHalf(minima, sumW, format, smallMinima)
  for (let round = 0; round < 2; round++) {
    choose(format, small, smallMinima)
    if (!improve(most)) return
  }
  choose(format, small, smallMinima)
}

/** Below this a half is subnormal, and loses bits. */
const normalHalf = 2 ** -14

function nearestHalf(
  wanted: Float32Array,
  weights: Float32Array,
  { count, most, small: alphabet }: Pairs,
  small: Int16Array,
): number {
  load(wanted, weights, count, count, above)
  const d = roundHalf(searchScale(above, count, alphabet))
  if (d < normalHalf) return storeMultiples(wanted, count, 0, most, small)
  roundTo(wanted, count, d, 0, most, small)
  return d
}

/** Sums over the block for the halves: x is a weight, u = small · code, v = smallMinimum. */
const block = { uu: 0, uv: 0, vv: 0, ux: 0, vx: 0 }

/** Moves small[j] by one, and smallMinima[j] to its best, where that lowers the error; leaves `block`. */
function choose({ n, count, most, spans }: Pairs, small: Int16Array, smallMinima: Int16Array): void {
  const { d, dmin } = halves
  block.uu = block.uv = block.vv = block.ux = block.vx = 0
  for (let j = 0; j < count; j++) {
    const middle = small[j]
    let gain = Number.NEGATIVE_INFINITY
    let [bestM, l, l2, lx] = [0, 0, 0, 0]
    for (let u = Math.max(0, middle - 1); u <= Math.min(most, middle + 1); u++) {
      const s = d * u
      // With the minimum as it is, then with the best for the codes that come of it.
      for (let pass = 0, v = smallMinima[j]; pass < 2; pass++) {
        const m = dmin * v
        if (s > 0) roundAffine(n * j, n, spans, s, -m)
        else sums.l = sums.l2 = sums.lx = 0
        const next = s * (2 * sums.lx - s * sums.l2 + 2 * m * sums.l) - m * (m * sumW[j] + 2 * sumX[j])
        if (next > gain) {
          gain = next
          small[j] = u
          bestM = v
          l = sums.l
          l2 = sums.l2
          lx = sums.lx
        }
        if (dmin === 0) break
        const best = Math.max(0, Math.min(most, Math.round((s * sums.l - sumX[j]) / (sumW[j] * dmin))))
        if (!(best !== v)) break
        v = best
      }
    }
    const [u, v] = [small[j], bestM]
    smallMinima[j] = v
    block.uu += u * u * l2
    block.uv += u * v * l
    block.vv += v * v * sumW[j]
    block.ux += u * lx
    block.vx += v * sumX[j]
  }
}

/** Least squares for both halves with codes and whole numbers as they are; false where nothing changes. */
function improve(most: number): boolean {
  const { uu, uv, vv, ux, vx } = block
  let [d, dmin] = [halves.d, halves.dmin]
  const determinant = uu * vv - uv * uv
  if (determinant > 1e-9 * uu * vv) {
    d = (vv * ux - uv * vx) / determinant
    dmin = (uv * ux - uu * vx) / determinant
  } else if (uu > 0) d = (ux + dmin * uv) / uu
  d = roundHalf(d)
  dmin = roundHalf(dmin)
  if (!(d >= 0 && dmin >= 0) || (d === halves.d && dmin === halves.dmin)) return false
  if (d === 0 && halves.d !== 0 && most > 0) return false
  halves.d = d
  halves.dmin = dmin
  return true
}
