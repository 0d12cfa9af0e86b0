/**
 * The nearest level of a grid: arithmetic where levels are evenly spaced, a search among the midpoints where not.
 * takes  levels, ascending · gives  (value / scale) → place of the nearest; ties go to the upper
 */
export type Nearest = (value: number) => number

export function nearestOf(levels: Float32Array): Nearest {
  const last = levels.length - 1
  const lowest = levels[0]
  const step = last > 0 ? (levels[last] - lowest) / last : 1
  if (levels.every((level, i) => level === lowest + i * step))
    return (value) => {
      const place = Math.floor((value - lowest) / step + 0.5)
      // Also NaN, from a scale of zero, is the first.
      return place > 0 ? Math.min(place, last) : 0
    }
  const middles = Float64Array.from({ length: last }, (_, i) => (levels[i] + levels[i + 1]) / 2)
  return (value) => {
    let [low, high] = [0, last]
    while (low < high) {
      const middle = (low + high) >> 1
      if (value >= middles[middle]) low = middle + 1
      else high = middle
    }
    return low
  }
}
