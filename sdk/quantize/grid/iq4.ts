/**
 * Four-bit codes that look their level up in a table of sixteen: IQ4_NL (blocks of 32, one scale), IQ4_XS (256 in eight
 * segments with six-bit scales, offset by 32).
 * takes  rows or blocks of float32 · gives  blocks, see ./grid · before ../method
 */
import { IQ4_NL as nl, IQ4_XS as xs } from '../../../hal/dtypes/index.js'
import type { Grid } from './grid.js'
import { manyScales } from './many-scales.js'
import { oneScale } from './one-scale.js'
import { listed, places, wholeNumbers } from './scales/alphabet.js'
import { nearest, putHalf } from './scales/half.js'
import { sumSquares, weigh } from './scales/reference-signed.js'
import { tableScale } from './scales/reference-table.js'

const f = Math.fround
const table = nl.uniform!.alphabet!
const levels = Float32Array.from(table)
const iq4 = listed(table, places(96, 190, 20))
/** Codes where iq4 has levels. */
const nearestCode = Uint8Array.from(iq4.nearest, (level) => table.indexOf(level))

const weights = new Float32Array(32)
const codes = new Uint8Array(256)
const scales = new Float32Array(8)
const small = new Int16Array(8)

export const IQ4_NL: Grid = {
  ...{ dtype: nl, block: 32, segment: 32, levels, minima: false },
  ...oneScale(32, 0, iq4),
  encode(row, importance, bytes) {
    for (let i = 0, at = 0; i < row.length; i += 32, at += 18) {
      const d = referenceScale(row, i, importance, f(sumSquares(32, row, i) / 16))
      putHalf(bytes, at, d)
      encodeSegment(row, i, d ? f(1 / d) : 0, 0)
      putNibbles(codes, 0, bytes, at + 2)
    }
  },
  write: (from, bytes, at) => putNibbles(from, 0, bytes, at + 2),
}

export const IQ4_XS: Grid = {
  ...{ dtype: xs, block: 256, segment: 32, levels, minima: false },
  ...manyScales(
    {
      ...{ n: 32, count: 8, levels: iq4 },
      ...{ small: wholeNumbers(-32, 31, places(27, 37, 11)), lowest: -32, highest: 31 },
    },
    xsHeader,
  ),
  encode(row, importance, bytes) {
    for (let i = 0, at = 0; i < row.length; i += 256, at += 136) {
      const sigma2 = f(sumSquares(256, row, i) / 128)
      let max = 0
      for (let j = 0; j < 8; j++) {
        scales[j] = referenceScale(row, i + 32 * j, importance, sigma2)
        if (Math.abs(scales[j]) > Math.abs(max)) max = scales[j]
      }
      // Codes are for d before it is rounded to half precision.
      const d = f(-max / 32)
      const inverse = d ? f(1 / d) : 0
      for (let j = 0; j < 8; j++) {
        small[j] = Math.max(-32, Math.min(31, nearest(f(inverse * scales[j]))))
        const scale = f(d * small[j])
        encodeSegment(row, i + 32 * j, scale ? f(1 / scale) : 0, 32 * j)
      }
      xsHeader(bytes, at, d, small)
      writeXs(codes, bytes, at)
    }
  },
  write: writeXs,
}

/** The reference's scale of 32 weights; an error costs x², or what ./scales makes of importance. */
function referenceScale(row: Float32Array, i: number, importance: Float32Array | undefined, sigma2: number): number {
  if (importance) weigh(32, row, i, importance, i, sigma2, weights)
  else for (let j = 0; j < 32; j++) weights[j] = row[i + j] * row[i + j]
  return tableScale(32, row, i, weights, iq4)
}

function encodeSegment(row: Float32Array, i: number, inverse: number, c: number): void {
  for (let j = 0; j < 32; j++) {
    const k = 2 * f(inverse * row[i + j]) + 256
    codes[c + j] = nearestCode[k < 0 ? 0 : Math.min(511, k | 0)]
  }
}

/** d, two high bits of each scale in a word, four low bits of each in nibbles. */
function xsHeader(bytes: Uint8Array, at: number, d: number, scales: Int16Array): void {
  putHalf(bytes, at, d)
  let high = 0
  for (let j = 0; j < 8; j++) high |= ((scales[j] + 32) >> 4) << (2 * j)
  bytes[at + 2] = high & 255
  bytes[at + 3] = high >> 8
  for (let j = 0; j < 4; j++) bytes[at + 4 + j] = ((scales[2 * j] + 32) & 15) | (((scales[2 * j + 1] + 32) & 15) << 4)
}

function writeXs(from: Uint8Array, bytes: Uint8Array, at: number): void {
  for (let j = 0; j < 8; j++) putNibbles(from, 32 * j, bytes, at + 8 + 16 * j)
}

function putNibbles(from: Uint8Array, c: number, bytes: Uint8Array, at: number): void {
  for (let j = 0; j < 16; j++) bytes[at + j] = from[c + j] | (from[c + j + 16] << 4)
}
