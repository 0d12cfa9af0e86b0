/**
 * The levels of a format as searches use them: a table from value / scale to the nearest level (no branch that a processor
 * must guess), and the scales to try.
 * takes  lowest and highest, or a list · gives  an Alphabet · before ./search
 */
export interface Alphabet {
  /** Table steps for one level: 1 where levels are all whole numbers, 2 where midpoints may be halves. */
  readonly steps: 1 | 2
  /** The nearest level of q is nearest[trunc(steps · q + origin)]; 512 places. */
  readonly origin: number
  readonly nearest: Float64Array
  /** The scales tried, as the level where the value of largest magnitude would fall (beyond the outermost it is clipped). */
  readonly places: Float64Array
  /** True where levels are alike on both sides: a scale's sign then makes no difference. */
  readonly symmetric: boolean
}

/** Places first … last in equal steps, or in equal ratios. */
export function places(first: number, last: number, count: number, ratios = false): number[] {
  return Array.from({ length: count }, (_, k) => {
    const part = k / (count - 1)
    return ratios ? first * (last / first) ** part : first + (last - first) * part
  })
}

/** All whole numbers lowest … highest, both within ±255. */
export function wholeNumbers(lowest: number, highest: number, places: readonly number[]): Alphabet {
  const nearest = Float64Array.from({ length: 512 }, (_, k) => Math.max(lowest, Math.min(highest, k - 256)))
  const symmetric = lowest === -highest
  return { steps: 1, origin: 256.5, nearest, places: signed(places, symmetric || lowest === 0), symmetric }
}

/** Whole numbers of a list, ascending, within ±127. */
export function listed(levels: readonly number[], places: readonly number[]): Alphabet {
  const nearest = new Float64Array(512)
  for (let k = 0, c = 0; k < nearest.length; k++) {
    // At a midpoint the upper one is taken, as ggml's best_index_int8 does.
    while (c + 1 < levels.length && k / 2 - 128 >= (levels[c] + levels[c + 1]) / 2) c++
    nearest[k] = levels[c]
  }
  const symmetric = levels[0] === -levels[levels.length - 1]
  return { steps: 2, origin: 256, nearest, places: signed(places, symmetric), symmetric }
}

/** Both signs of each place where they make a difference. */
function signed(places: readonly number[], one: boolean): Float64Array {
  return Float64Array.from(one ? places : places.flatMap((place) => [-place, place]))
}
