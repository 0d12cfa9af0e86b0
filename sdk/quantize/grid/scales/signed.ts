/**
 * The best single scale of a segment by weighted least squares, levels being all whole numbers lowest … highest.
 * For fixed codes q the error sum w (v - s q)² is least at s = sum w v q / sum w q², and is then lower by
 * (sum w v q)² / sum w q²: candidates are compared by that gain alone.
 * takes  values and weights from `at` · gives  the scale (any sign), its gain and its curvature sum w q²
 */
/** Adding and taking it away again rounds a double below 2^51 to a whole number, ties to even. */
export const ROUND = 6755399441055744

/** What the last search found, beside the scale it returned. */
export const found = { gain: 0, curvature: 0 }

export interface Range {
  readonly lowest: number
  readonly highest: number
  /** The scales tried, as the level where the value of largest magnitude would fall (beyond the outermost it is clipped). */
  readonly places: Float64Array
}

/** Places first … last in equal steps, or equal ratios; both signs of each where the levels are not alike on both sides. */
export function range(
  lowest: number,
  highest: number,
  first: number,
  last: number,
  count: number,
  ratios = false,
): Range {
  const places = Array.from({ length: count }, (_, k) => {
    const part = k / (count - 1)
    return ratios ? first * (last / first) ** part : first + (last - first) * part
  })
  const one = lowest === 0 || lowest === -highest
  return { lowest, highest, places: Float64Array.from(one ? places : places.flatMap((place) => [-place, place])) }
}

export function searchSigned(
  values: Float32Array,
  weights: Float32Array,
  at: number,
  n: number,
  { lowest, highest, places }: Range,
): number {
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
  if (lowest === -highest) max = size // so that the scale is not negative without need
  let scale = 0
  // After the candidates, six roundings with the last best scale.
  for (let k = 0; k < places.length + 6; k++) {
    const inverse = k < places.length ? places[k] / max : 1 / scale
    let lx = 0
    let l2 = 0
    for (let i = at; i < at + n; i++) {
      const value = values[i]
      let q = value * inverse + ROUND - ROUND
      if (q < lowest) q = lowest
      else if (q > highest) q = highest
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

/** Sums of a segment rounded with a given scale: sum w v q and sum w q². */
export const sums = { lx: 0, l2: 0 }

export function roundSigned(
  values: Float32Array,
  weights: Float32Array,
  at: number,
  n: number,
  { lowest, highest }: Range,
  scale: number,
): void {
  const inverse = 1 / scale
  let lx = 0
  let l2 = 0
  for (let i = at; i < at + n; i++) {
    const value = values[i]
    let q = value * inverse + ROUND - ROUND
    if (q < lowest) q = lowest
    else if (q > highest) q = highest
    const wq = weights[i] * q
    lx += wq * value
    l2 += wq * q
  }
  sums.lx = lx
  sums.l2 = l2
}
