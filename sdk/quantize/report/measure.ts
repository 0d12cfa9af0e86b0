/**
 * Statistics of one matrix for the report: what it was, what it became, what drove it.
 * takes  weights (rows × cols), the same as decoded from the file, means of x² per column · gives  parts of TensorAnalysis
 * before ../walk, ../imatrix · after ./page
 */
import type { Distribution, Histogram, InputAnalysis, Percentiles, TensorAnalysis } from './analysis.js'

const BINS = 48
/** Columns that are named one by one. */
const STRONGEST = 5

/** Statistics of weights and of what rounding did to them. */
export function measureWeights(
  original: Float32Array,
  quantized: Float32Array,
  cols: number,
): Required<Pick<TensorAnalysis, 'weights' | 'rounding' | 'rowRanges'>> {
  const rounding = quantized.map((value, i) => value - original[i])
  return { weights: distributionOf(original), rounding: distributionOf(rounding), rowRanges: rangesOf(original, cols) }
}

/** Moments and a histogram from the least to the most value. */
export function distributionOf(values: Float32Array): Distribution {
  let [least, most, sum] = [Infinity, -Infinity, 0]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
    sum += value
  }
  if (values.length === 0) [least, most] = [0, 0]
  const mean = values.length > 0 ? sum / values.length : 0
  let [second, fourth] = [0, 0]
  for (const value of values) {
    const square = (value - mean) ** 2
    second += square
    fourth += square * square
  }
  const variance = values.length > 0 ? second / values.length : 0
  return {
    ...{ least, most, mean },
    deviation: Math.sqrt(variance),
    kurtosis: variance > 0 ? fourth / values.length / variance ** 2 : 0,
    histogram: histogramOf(values, least, most),
  }
}

export function histogramOf(values: Float32Array, from: number, to: number, bins = BINS): Histogram {
  const counts = new Array<number>(bins).fill(0)
  const scale = to > from ? bins / (to - from) : 0
  for (const value of values) counts[Math.min(bins - 1, Math.max(0, Math.floor((value - from) * scale)))]++
  return { from, to, counts }
}

function rangesOf(values: Float32Array, cols: number): Percentiles {
  const ranges = new Float64Array(cols > 0 ? values.length / cols : 0)
  for (let row = 0; row < ranges.length; row++) {
    let [least, most] = [Infinity, -Infinity]
    for (let i = row * cols; i < (row + 1) * cols; i++) {
      least = Math.min(least, values[i])
      most = Math.max(most, values[i])
    }
    ranges[row] = most - least
  }
  return percentilesOf(ranges)
}

/** Nearest values; all 0 of nothing. */
export function percentilesOf(values: Float64Array): Percentiles {
  const sorted = values.slice().sort()
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  return { least: at(0), p5: at(0.05), median: at(0.5), p95: at(0.95), most: at(1) }
}

/** From means of x² per column, and the least and most x where calibration kept them. */
export function measureInputs(diagonal: Float32Array, range?: { least: number; most: number }): InputAnalysis {
  const sum = diagonal.reduce((total, mean) => total + mean, 0)
  const places = [...diagonal.keys()].sort((a, b) => diagonal[b] - diagonal[a])
  return {
    ...range,
    columns: percentilesOf(Float64Array.from(diagonal, Math.sqrt)),
    dead: diagonal.reduce((count, mean) => count + (mean === 0 ? 1 : 0), 0),
    strongest: places
      .slice(0, STRONGEST)
      .filter((column) => diagonal[column] > 0)
      .map((column) => ({ column, share: diagonal[column] / sum })),
  }
}
