/** The half of a grid that blocks with one scale in half precision, and no minimum, have in common: fit and store. */
import type { Grid } from './grid.js'
import type { Alphabet } from './scales/alphabet.js'
import { load } from './scales/block.js'
import { putHalf } from './scales/half.js'
import { searchScale } from './scales/search.js'

/** Blocks of `n` weights, whose scale lies `scaleAt` bytes into them. */
export function oneScale(n: number, scaleAt: number, levels: Alphabet): Pick<Grid, 'fit' | 'store'> {
  return {
    fit(values, importance, bytes, at, scales, minima) {
      load(values, importance, n, n)
      scales[0] = putHalf(bytes, at + scaleAt, searchScale(0, n, levels))
      minima[0] = 0
    },
    store(scales, minima, bytes, at) {
      scales[0] = putHalf(bytes, at + scaleAt, scales[0])
      minima[0] = 0
    },
  }
}
