/**
 * Lutra's own formats LZ: a scale d in half precision and a whole zero point z (0 … 256) for 128 or 32 weights;
 * a weight is d · (code - z). They have no reference encoder: `encode` fits and rounds.
 * takes  rows or blocks of float32 · gives  blocks, see ./grid · before ../method
 */
import { LZ2, LZ2_32, LZ3, LZ3_32, LZ4, LZ4_32, LZ8, LZ8_32 } from '../../../hal/dtypes/index.js'
import type { Grid } from './grid.js'
import { even, levels } from './levels.js'
import { fitted, roundAffine, type Spans, searchAffine, spans, sums } from './scales/affine.js'
import { load } from './scales/block.js'
import { putHalf, roundHalf } from './scales/half.js'

const mostZero = 256
const equal = new Float32Array(128).fill(1)
const scales = new Float32Array(1)
const minima = new Float32Array(1)
const codes = new Uint8Array(128)

const two = spans(3, even(0, 0.25, 5), even(0.5, 1.1, 6), false)
const three = spans(7, even(0, 0.12, 3), even(0.6, 1.05, 8), false)
const four = spans(15, even(0, 0.06, 3), even(0.75, 1.05, 8), false)
const eight = spans(255, [0], even(0.94, 1.02, 8), false)

export const zeroPointGrids: readonly Grid[] = [
  ...[zeroPoint(LZ2, 2, two), zeroPoint(LZ3, 3, three), zeroPoint(LZ4, 4, four), zeroPoint(LZ8, 8, eight)],
  ...[zeroPoint(LZ2_32, 2, two), zeroPoint(LZ3_32, 3, three), zeroPoint(LZ4_32, 4, four), zeroPoint(LZ8_32, 8, eight)],
]

function zeroPoint(dtype: Grid['dtype'], bits: number, candidates: Spans): Grid {
  const { block, blockBytes } = dtype
  const highest = 2 ** bits - 1
  const put = (d: number, z: number, bytes: Uint8Array, at: number, scales: Float32Array, minima: Float32Array) => {
    const held = putHalf(bytes, at, d)
    bytes[at + 2] = z & 255
    bytes[at + 3] = z >> 8
    scales[0] = held
    minima[0] = -held * z
  }
  const self: Grid = {
    ...{ dtype, block, segment: block, levels: levels(0, highest), minima: true },
    encode(row, importance, bytes) {
      for (let i = 0, at = 0; i < row.length; i += block, at += blockBytes) {
        const values = row.subarray(i, i + block)
        self.fit(values, importance ? importance.subarray(i, i + block) : equal, bytes, at, scales, minima)
        const inverse = scales[0] ? 1 / scales[0] : 0
        for (let j = 0; j < block; j++)
          codes[j] = Math.max(0, Math.min(highest, Math.round((values[j] - minima[0]) * inverse)))
        self.write(codes, bytes, at)
      }
    },
    fit(values, importance, bytes, at, scales, minima) {
      load(values, importance, block, block)
      let scale = searchAffine(0, block, candidates)
      // A block of one value has no spread, but zero points are multiples of the scale: it then spans from 0 to the value.
      if (scale === 0 && fitted.minimum !== 0) {
        scale = Math.abs(fitted.minimum) / highest
        fitted.minimum = Math.min(0, fitted.minimum)
      }
      // Above zero, codes count down from the largest value.
      if (fitted.minimum > 0) {
        fitted.minimum += scale * highest
        scale = -scale
      }
      const middle = scale === 0 ? 0 : Math.round(-fitted.minimum / scale)
      let best = Number.NEGATIVE_INFINITY
      put(scale, clampZero(middle), bytes, at, scales, minima)
      for (let z = clampZero(middle - 1); z <= clampZero(middle + 1); z++) {
        const d = polish(block, candidates, scale, z)
        if (!(zeroed.gain > best)) continue
        best = zeroed.gain
        put(d, z, bytes, at, scales, minima)
      }
    },
    store(scales, minima, bytes, at) {
      const d = roundHalf(scales[0])
      put(d, d === 0 ? 0 : clampZero(Math.round(-minima[0] / d)), bytes, at, scales, minima)
    },
    write(from, bytes, at) {
      // Eight codes are `bits` whole bytes.
      for (let i = 0, p = at + 4; i < block; i += 8, p += bits) {
        bytes.fill(0, p, p + bits)
        for (let j = 0, first = 0; j < 8; j++, first += bits) {
          const word = from[i + j] << (first & 7)
          bytes[p + (first >> 3)] |= word
          if (word > 255) bytes[p + (first >> 3) + 1] |= word >> 8
        }
      }
    },
  }
  return self
}

const clampZero = (z: number) => Math.max(0, Math.min(mostZero, z))

/** What `polish` found beside the scale: by how much the error is lower than with all weights 0. */
const zeroed = { gain: 0 }

/** The scale for one zero point, by rounding and least squares in turn, as a half holds it. */
function polish(n: number, format: Spans, scale: number, z: number): number {
  let d = roundHalf(scale)
  let best = d
  zeroed.gain = d === 0 ? 0 : Number.NEGATIVE_INFINITY
  for (let round = 0; round < 4 && d !== 0; round++) {
    roundAffine(0, n, format, d, -d * z)
    const lx = sums.lx - z * fitted.sumX
    const l2 = sums.l2 - 2 * z * sums.l + z * z * fitted.sumW
    const gain = d * (2 * lx - d * l2)
    if (!(gain > zeroed.gain)) break
    zeroed.gain = gain
    best = d
    if (!(l2 > 0)) break
    d = roundHalf(lx / l2)
  }
  return best
}
