/**
 * The best scale s and minimum m of a segment by weighted least squares, levels being 0 … highest.
 * For fixed codes q the error sum w (v - s q - m)² is least where both derivatives are 0; candidates of codes come from
 * spreading the levels over parts of the value range, moved at both ends (ggml moves one).
 * takes  a segment of ./block · gives  s; `fitted` has the rest
 */
import { wholeNumbers } from './alphabet.js'
import { product, value, weight } from './block.js'

/** Parts of the value range: from minimum + start · width, over `share` of the width. */
export interface Spans {
  readonly highest: number
  readonly nearest: Float64Array
  readonly start: Float64Array
  readonly share: Float64Array
  /** True: minima are 0 or less (k-quants); false: of any sign. */
  readonly negative: boolean
}

export function spans(highest: number, starts: readonly number[], shares: readonly number[], negative = true): Spans {
  const pairs = starts.flatMap((start) => shares.map((share) => [start, share]))
  return {
    ...{ highest, negative, nearest: wholeNumbers(0, highest, []).nearest },
    start: Float64Array.from(pairs, ([start]) => start),
    share: Float64Array.from(pairs, ([, share]) => share),
  }
}

/** What the last search found beside the scale: the minimum, and what a change of the scale costs (the minimum following). */
export const fitted = { minimum: 0, curvature: 0, sumW: 0, sumX: 0 }

/** Sums of a segment with the codes q of the last rounding: w q, w q², w q v. */
export const sums = { l: 0, l2: 0, lx: 0 }

export function searchAffine(at: number, n: number, format: Spans): number {
  const { highest, start, share, negative } = format
  let low = value[at]
  let high = low
  let sumW = 0
  let sumX = 0
  for (let i = at; i < at + n; i++) {
    const v = value[i]
    if (v < low) low = v
    if (v > high) high = v
    sumW += weight[i]
    sumX += product[i]
  }
  if (negative && low > 0) low = 0
  const width = high - low
  fitted.sumW = sumW
  fitted.sumX = sumX
  fitted.minimum = low
  fitted.curvature = 0
  if (!(width > 0 && sumW > 0)) return 0
  let scale = width / highest
  let gain = Number.NEGATIVE_INFINITY
  // After the candidates, four roundings with the last best scale and minimum.
  for (let k = 0; k < start.length + 4; k++) {
    const polish = k >= start.length
    const s = polish ? scale : (share[k] * width) / highest
    const m = polish ? fitted.minimum : low + start[k] * width
    roundAffine(at, n, format, s, m)
    const { l, l2, lx } = sums
    const determinant = sumW * l2 - l * l
    if (!(determinant > 1e-9 * sumW * l2)) continue
    let nextScale = (sumW * lx - sumX * l) / determinant
    let nextMinimum = (l2 * sumX - l * lx) / determinant
    if (negative && nextMinimum > 0) {
      nextMinimum = 0
      nextScale = lx / l2
    }
    const next = nextScale * lx + nextMinimum * sumX
    if (next > gain) {
      gain = next
      scale = nextScale
      fitted.minimum = nextMinimum
      fitted.curvature = l2 - (l * l) / sumW
    } else if (polish) break
  }
  return scale
}

/** Rounds a segment to the nearest codes of scale s and minimum m; leaves `sums`. */
export function roundAffine(at: number, n: number, { nearest }: Spans, s: number, m: number): void {
  const inverse = 1 / s
  const origin = 256.5 - m * inverse
  let l = 0
  let l2 = 0
  let lx = 0
  for (let i = at; i < at + n; i++) {
    let k = (value[i] * inverse + origin) | 0
    if (k < 0) k = 0
    else if (k > 511) k = 511
    const q = nearest[k]
    const wq = weight[i] * q
    l += wq
    l2 += wq * q
    lx += product[i] * q
  }
  sums.l = l
  sums.l2 = l2
  sums.lx = lx
}
