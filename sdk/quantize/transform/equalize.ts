/**
 * Cross-layer equalization: channels between two matrices are scaled so that both have the same range there (Nagel et al.,
 * 2019, arXiv 1906.04721). Here between values and attention's output projection, and up and down through the gate.
 * takes  FloatWeights · gives  FloatWeights of the same function · before ./scale-inputs
 */
import { type FloatWeights, shapeOf } from '../source/weights.js'
import type { Matrix } from './anatomy.js'
import { scaleInputs, sitesOf } from './scale-inputs.js'

/**
 * Scale of channel i: s = √(r₁ / r₂), r₁ the largest weight of the feeder's row i and r₂ that of the reader's columns which
 * read it; rows become r₁ / s = √(r₁ r₂), columns r₂ s as well. Channels without a weight on either side stay. All pairs
 * are read once, one at a time.
 * @throws LutraError unsupported as anatomyOf.
 */
export async function equalize(weights: FloatWeights): Promise<FloatWeights> {
  const all = new Map<string, Float32Array>()
  for (const { name, readers, cols, feeder, rowOf } of sitesOf(weights)) {
    if (!feeder) continue
    const before = await rowRanges(weights, feeder)
    const columns = await columnRanges(weights, readers[0])
    const after = new Float32Array(feeder.rows)
    for (let c = 0; c < cols; c++) {
      const row = rowOf ? rowOf[c] : c
      after[row] = Math.max(after[row], columns[c])
    }
    const scales = before.map((range, row) => (range > 0 && after[row] > 0 ? Math.sqrt(range / after[row]) : 1))
    all.set(name, rowOf ? Float32Array.from(rowOf, (row) => scales[row]) : scales)
  }
  return scaleInputs(weights, all)
}

async function rowRanges(weights: FloatWeights, { tensor, from, rows, cols }: Matrix): Promise<Float32Array> {
  const values = await weights.read(tensor)
  return Float32Array.from({ length: rows }, (_, r) => {
    let most = 0
    for (let at = (from + r) * cols, end = at + cols; at < end; at++) most = Math.max(most, Math.abs(values[at]))
    return most
  })
}

async function columnRanges(weights: FloatWeights, { tensor }: Matrix): Promise<Float32Array> {
  const values = await weights.read(tensor)
  const [cols] = shapeOf(weights, tensor)
  const most = new Float32Array(cols)
  for (let i = 0; i < values.length; i++) most[i % cols] = Math.max(most[i % cols], Math.abs(values[i]))
  return most
}
