/**
 * Lutra's own formats LU: one to four bits as planes, a scale and a minimum in half precision for 128 weights. They have no
 * reference encoder: `encode` fits and rounds.
 * takes  rows or blocks of float32 · gives  blocks, see ./grid · before ../method
 */
import { LU1, LU2, LU3, LU4 } from '../../../hal/dtypes/index.js'
import type { Grid } from './grid.js'
import { even, levels } from './levels.js'
import { fitted, type Spans, searchAffine, spans } from './scales/affine.js'
import { load } from './scales/block.js'
import { putHalf } from './scales/half.js'

const equal = new Float32Array(128).fill(1)
const scales = new Float32Array(1)
const minima = new Float32Array(1)
const codes = new Uint8Array(128)

/** Fewer levels leave more of the range out at both ends. */
export const planeGrids: readonly Grid[] = [
  planes(LU1, 1, spans(1, even(0, 0.35, 5), even(0.3, 0.9, 5), false)),
  planes(LU2, 2, spans(3, even(0, 0.25, 5), even(0.5, 1.1, 6), false)),
  planes(LU3, 3, spans(7, even(0, 0.12, 3), even(0.6, 1.05, 8), false)),
  planes(LU4, 4, spans(15, even(0, 0.06, 3), even(0.75, 1.05, 8), false)),
]

function planes(dtype: Grid['dtype'], bits: number, candidates: Spans): Grid {
  const highest = 2 ** bits - 1
  const scaleAt = 16 * bits
  const chosen: Grid['fit'] = (values, importance, bytes, at, scales, minima) => {
    load(values, importance, 128, 128)
    scales[0] = putHalf(bytes, at + scaleAt, searchAffine(0, 128, candidates))
    minima[0] = putHalf(bytes, at + scaleAt + 2, fitted.minimum)
  }
  /** Bit b of weight j is bit j & 7 of byte 16 b + (j >> 3). */
  const write: Grid['write'] = (from, bytes, at) => {
    for (let b = 0; b < bits; b++)
      for (let p = 0; p < 16; p++) {
        let byte = 0
        for (let j = 0; j < 8; j++) byte |= ((from[8 * p + j] >> b) & 1) << j
        bytes[at + 16 * b + p] = byte
      }
  }
  return {
    ...{ dtype, block: 128, segment: 128, levels: levels(0, highest), minima: true, fit: chosen, write },
    encode(row, importance, bytes) {
      for (let i = 0, at = 0; i < row.length; i += 128, at += dtype.blockBytes) {
        const values = row.subarray(i, i + 128)
        chosen(values, importance ? importance.subarray(i, i + 128) : equal, bytes, at, scales, minima)
        const inverse = scales[0] ? 1 / scales[0] : 0
        for (let j = 0; j < 128; j++)
          codes[j] = Math.max(0, Math.min(highest, Math.round((values[j] - minima[0]) * inverse)))
        write(codes, bytes, at)
      }
    },
    store(scales, minima, bytes, at) {
      scales[0] = putHalf(bytes, at + scaleAt, scales[0])
      minima[0] = putHalf(bytes, at + scaleAt + 2, minima[0])
    },
  }
}
