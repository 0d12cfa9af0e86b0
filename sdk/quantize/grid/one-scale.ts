/** The half of a grid that blocks with one scale in half precision, and no minimum, have in common: fit and store. */
import type { Grid } from './grid.js'
import { putHalf } from './scales/half.js'

/** `search` gives the best scale of a whole block; the scale lies `scaleAt` bytes into it. */
export function oneScale(
  scaleAt: number,
  search: (values: Float32Array, weights: Float32Array) => number,
): Pick<Grid, 'fit' | 'store'> {
  return {
    fit(values, importance, bytes, at, scales, minima) {
      scales[0] = putHalf(bytes, at + scaleAt, search(values, importance))
      minima[0] = 0
    },
    store(scales, minima, bytes, at) {
      scales[0] = putHalf(bytes, at + scaleAt, scales[0])
      minima[0] = 0
    },
  }
}
