/**
 * Scales of segments that are stored as small whole numbers times one scale of the block (Q3_K, Q6_K, IQ4_XS): chosen
 * together. First each segment's own best; then the block's scale nearest to them, weighed by what a change costs; then
 * whole numbers and the block's scale in turn, each time with codes rounded anew, as long as the error falls.
 * takes  a block's values and weights · gives  the block's scale, and small[j] of each segment
 */
import type { Alphabet } from './alphabet.js'
import { above, load } from './block.js'
import { roundHalf } from './half.js'
import { found, round, searchScale, sums } from './search.js'
import { roundTo, storeMultiples } from './store.js'

export interface Multiples {
  /** Weights of a segment, and segments of a block. */
  readonly n: number
  readonly count: number
  readonly levels: Alphabet
  /** What the whole numbers of segments may be. */
  readonly small: Alphabet
  readonly lowest: number
  readonly highest: number
}

const wanted = new Float32Array(16)
const curvature = new Float32Array(16)

/** Gives the block's scale as a half holds it; small[j] are whole numbers lowest … highest. */
export function fitMultiples(
  values: Float32Array,
  weights: Float32Array,
  format: Multiples,
  small: Int16Array,
): number {
  const { n, count, levels } = format
  load(values, weights, n * count, n)
  for (let j = 0; j < count; j++) {
    wanted[j] = searchScale(n * j, n, levels)
    curvature[j] = found.curvature
  }
  let d = nearestMultiples(format, small)
  for (let round = 0; round < 2 && d !== 0; round++) {
    const { lx, l2 } = choose(format, small, d)
    const next = l2 > 0 ? roundHalf(lx / l2) : d
    if (next === 0 || next === d) return d
    d = next
  }
  if (d !== 0) choose(format, small, d)
  return d
}

/** Below this a half is subnormal, and loses bits. */
const normalHalf = 2 ** -14

/** The block's scale and whole numbers nearest to wanted scales: sum of curvature · error² is small. */
function nearestMultiples({ count, small: alphabet, lowest, highest }: Multiples, small: Int16Array): number {
  load(wanted, curvature, count, count, above)
  const d = roundHalf(searchScale(above, count, alphabet))
  if (Math.abs(d) < normalHalf) return storeMultiples(wanted, count, lowest, highest, small)
  roundTo(wanted, count, d, lowest, highest, small)
  return d
}

const total = { lx: 0, l2: 0 }

/** Moves small[j] by one where that lowers the error; gives the sums over the block in units of d. */
function choose(
  { n, count, levels, lowest, highest }: Multiples,
  small: Int16Array,
  d: number,
): { readonly lx: number; readonly l2: number } {
  total.lx = 0
  total.l2 = 0
  for (let j = 0; j < count; j++) {
    const middle = small[j]
    let best = Number.NEGATIVE_INFINITY
    let [lx, l2] = [0, 0]
    for (let l = Math.max(lowest, middle - 1); l <= Math.min(highest, middle + 1); l++) {
      const scale = d * l
      if (scale === 0) {
        sums.lx = 0
        sums.l2 = 0
      } else round(n * j, n, levels, 1 / scale)
      const gain = scale * (2 * sums.lx - scale * sums.l2)
      if (gain > best) {
        best = gain
        small[j] = l
        lx = sums.lx * l
        l2 = sums.l2 * l * l
      }
    }
    total.lx += lx
    total.l2 += l2
  }
  return total
}
