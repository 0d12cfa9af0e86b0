/**
 * K-quants without minima: 256 weights in sixteen segments, whose scales are small whole numbers (any sign) times the
 * block's: Q3_K, Q6_K.
 * takes  rows or blocks of float32 · gives  blocks, see ./grid · before ../method
 */
import { Q3_K as q3, Q6_K as q6 } from '../../../hal/dtypes/index.js'
import type { Grid } from './grid.js'
import { putHighBit, putSixBits, putSixteenScales, putTwoBits } from './k-layout.js'
import { decided, referenceQ3, referenceQ6 } from './k-reference.js'
import { levels } from './levels.js'
import { manyScales } from './many-scales.js'
import { type Alphabet, places, wholeNumbers } from './scales/alphabet.js'
import { putHalf } from './scales/half.js'
import type { Multiples } from './scales/multiples.js'

const raised = new Uint8Array(16)

/** Bytes: the high bits (clear: minus 4), pairs of low bits, six-bit scales 32 higher, d. */
export const Q3_K: Grid = {
  ...{ dtype: q3, block: 256, segment: 16, levels: levels(-4, 3), minima: false },
  encode(row, importance, bytes) {
    for (let i = 0, at = 0; i < row.length; i += 256, at += 110) {
      referenceQ3(row, i, importance, bytes, at + 108)
      putSixteenScales(decided.scales, bytes, at + 96)
      putThreeBits(decided.codes, bytes, at)
    }
  },
  ...manyScales(sixteen(wholeNumbers(-4, 3, places(3.2, 6.4, 16)), 32, places(27, 37, 11)), (bytes, at, d, small) => {
    for (let j = 0; j < 16; j++) raised[j] = small[j] + 32
    putSixteenScales(raised, bytes, at + 96)
    putHalf(bytes, at + 108, d)
  }),
  write: putThreeBits,
}

/** Bytes: low nibbles, pairs of high bits, sixteen signed bytes of scales, d. */
export const Q6_K: Grid = {
  ...{ dtype: q6, block: 256, segment: 16, levels: levels(-32, 31), minima: false },
  encode(row, importance, bytes) {
    for (let i = 0, at = 0; i < row.length; i += 256, at += 210) {
      referenceQ6(row, i, importance, bytes, at + 208)
      bytes.set(decided.scales, at + 192)
      putSixBits(decided.codes, bytes, at)
    }
  },
  ...manyScales(sixteen(wholeNumbers(-32, 31, places(30, 40, 16)), 128, places(122, 134, 7)), (bytes, at, d, small) => {
    for (let j = 0; j < 16; j++) bytes[at + 192 + j] = small[j]
    putHalf(bytes, at + 208, d)
  }),
  write: putSixBits,
}

function putThreeBits(codes: Uint8Array, bytes: Uint8Array, at: number): void {
  putHighBit(codes, 2, bytes, at)
  putTwoBits(codes, bytes, at + 32)
}

/** Sixteen segments of 16, whose scales are whole numbers -most … most - 1, the largest of them tried at `outer`. */
function sixteen(levels: Alphabet, most: number, outer: readonly number[]): Multiples {
  const [lowest, highest] = [-most, most - 1]
  return { n: 16, count: 16, levels, small: wholeNumbers(lowest, highest, outer), lowest, highest }
}
