/**
 * Blocks of 32 with one scale in half precision and no minimum: Q4_0, Q5_0, Q8_0.
 * takes  rows or blocks of float32 · gives  blocks, see ./grid · before ../method
 */
import { Q4_0 as q4, Q5_0 as q5, Q8_0 as q8 } from '../../../hal/dtypes/index.js'
import type { Grid } from './grid.js'
import { levels, meanSquare } from './levels.js'
import { oneScale } from './one-scale.js'
import { places, wholeNumbers } from './scales/alphabet.js'
import { putHalf, roundAway } from './scales/half.js'
import { extreme, signedScale, weigh } from './scales/reference-signed.js'

const f = Math.fround
const weights = new Float32Array(32)
const codes = new Uint8Array(32)
const signedBytes = wholeNumbers(-127, 127, places(126, 133, 15))

export const Q4_0 = nibbleGrid(q4, 8, places(6.4, 12.8, 16), (from, bytes, at) => {
  for (let j = 0; j < 16; j++) bytes[at + 2 + j] = from[j] | (from[j + 16] << 4)
})

export const Q5_0 = nibbleGrid(q5, 16, places(13, 24, 24), (from, bytes, at) => {
  bytes.fill(0, at + 2, at + 6)
  for (let j = 0; j < 16; j++) {
    bytes[at + 6 + j] = (from[j] & 15) | ((from[j + 16] & 15) << 4)
    bytes[at + 2 + (j >> 3)] |= (from[j] >> 4) << (j & 7)
    bytes[at + 4 + (j >> 3)] |= (from[j + 16] >> 4) << (j & 7)
  }
})

/** Level -128 is legal but nobody writes it: some kernels take the magnitude of a signed byte. */
export const Q8_0: Grid = {
  ...{ dtype: q8, block: 32, segment: 32, levels: levels(-127, 127), minima: false },
  ...oneScale(32, 0, signedBytes),
  encode(row, _importance, bytes) {
    for (let i = 0, at = 0; i < row.length; i += 32, at += 34) {
      const d = f(Math.abs(extreme(32, row, i)) / 127)
      const inverse = d ? f(1 / d) : 0
      putHalf(bytes, at, d)
      for (let j = 0; j < 32; j++) bytes[at + 2 + j] = roundAway(f(row[i + j] * inverse))
    }
  },
  write(from, bytes, at) {
    for (let j = 0; j < 32; j++) bytes[at + 2 + j] = from[j] - 127
  },
}

/** `half` is 8 or 16: levels -half … half - 1, codes from 0. */
function nibbleGrid(dtype: Grid['dtype'], half: 8 | 16, candidates: readonly number[], write: Grid['write']): Grid {
  return {
    ...{ dtype, block: 32, segment: 32, levels: levels(-half, half - 1), minima: false, write },
    ...oneScale(32, 0, wholeNumbers(-half, half - 1, candidates)),
    encode(row, importance, bytes) {
      const sigma2 = importance ? meanSquare(row) : 0
      for (let i = 0, at = 0; i < row.length; i += 32, at += dtype.blockBytes) {
        if (importance) {
          weigh(32, row, i, importance, i, sigma2, weights)
          putHalf(bytes, at, signedScale(32, half, row, i, codes, 0, weights, 0))
        } else {
          const d = f(extreme(32, row, i) / -half)
          const inverse = d ? f(1 / d) : 0
          putHalf(bytes, at, d)
          // As C does: to a whole number towards zero, then to eight bits.
          for (let j = 0; j < 32; j++)
            codes[j] = Math.min(2 * half - 1, ((f(f(row[i + j] * inverse) + half + 0.5) | 0) << 24) >> 24)
        }
        write(codes, bytes, at)
      }
    },
  }
}
