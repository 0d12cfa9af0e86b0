/** The half of a grid that blocks with one half and small whole scales of segments have in common: fit and store. */
import type { Grid } from './grid.js'
import { fitMultiples, type Multiples } from './scales/multiples.js'
import { storeMultiples } from './scales/store.js'

/** Writes the block's scale and the whole numbers of its segments. */
export type Header = (bytes: Uint8Array, at: number, d: number, small: Int16Array) => void

const small = new Int16Array(16)

export function manyScales(format: Multiples, header: Header): Pick<Grid, 'fit' | 'store'> {
  const { count, lowest, highest } = format
  const put = (d: number, bytes: Uint8Array, at: number, scales: Float32Array, minima: Float32Array) => {
    header(bytes, at, d, small)
    for (let j = 0; j < count; j++) {
      scales[j] = d * small[j]
      minima[j] = 0
    }
  }
  return {
    fit(values, importance, bytes, at, scales, minima) {
      put(fitMultiples(values, importance, format, small), bytes, at, scales, minima)
    },
    store(scales, minima, bytes, at) {
      put(storeMultiples(scales, count, lowest, highest, small), bytes, at, scales, minima)
    },
  }
}
