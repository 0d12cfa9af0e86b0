/**
 * A codebook's first entries.
 * takes  a group of weights · gives  entries · before ./group · after ./em
 * `mahalanobis`: vectors sorted by xᵀ Σ⁻¹ x, entries at equal steps through them (GPTVQ); `cdf`: the same through the values
 * themselves, for one lane; `distant`: each next entry is drawn among vectors by its distance from the nearest one so far
 * (k-means++), from a fixed seed.
 */
import type { Group } from './group.js'
import { invertSmall } from './small.js'

export type Start = 'mahalanobis' | 'cdf' | 'distant'

export function firstEntries(group: Group, start: Start): Float64Array {
  const { lanes, entries, rows, span } = group
  const points = pointsOf(group)
  const count = (rows * span) / lanes
  if (start === 'distant') return distant(points, count, entries, lanes)
  const key = start === 'cdf' && lanes === 1 ? points : distances(points, count, lanes)
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => key[a] - key[b])
  const found = new Float64Array(entries * lanes)
  for (let k = 0; k < entries; k++) {
    const from = order[Math.min(count - 1, Math.floor(((k + 0.5) * count) / entries))] * lanes
    found.set(points.subarray(from, from + lanes), k * lanes)
  }
  return found
}

/** Vector after vector, row by row. */
function pointsOf({ rows, span, weights, at, stride }: Group): Float64Array {
  const points = new Float64Array(rows * span)
  for (let r = 0; r < rows; r++) points.set(weights.subarray(at + r * stride, at + r * stride + span), r * span)
  return points
}

function distances(points: Float64Array, count: number, lanes: number): Float64Array {
  const mean = new Float64Array(lanes)
  for (let i = 0; i < count; i++) for (let j = 0; j < lanes; j++) mean[j] += points[i * lanes + j] / count
  const spread = new Float64Array(lanes * lanes)
  for (let i = 0; i < count; i++)
    for (let a = 0; a < lanes; a++)
      for (let b = 0; b < lanes; b++)
        spread[a * lanes + b] += ((points[i * lanes + a] - mean[a]) * (points[i * lanes + b] - mean[b])) / count
  invertSmall(spread, lanes)
  const found = new Float64Array(count)
  for (let i = 0; i < count; i++)
    for (let a = 0; a < lanes; a++)
      for (let b = 0; b < lanes; b++)
        found[i] += (points[i * lanes + a] - mean[a]) * spread[a * lanes + b] * (points[i * lanes + b] - mean[b])
  return found
}

function distant(points: Float64Array, count: number, entries: number, lanes: number): Float64Array {
  const found = new Float64Array(entries * lanes)
  const far = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  let seed = 1
  let next = count >> 1
  for (let k = 0; k < entries; k++) {
    found.set(points.subarray(next * lanes, (next + 1) * lanes), k * lanes)
    let total = 0
    for (let i = 0; i < count; i++) {
      let d = 0
      for (let j = 0; j < lanes; j++) d += (points[i * lanes + j] - found[k * lanes + j]) ** 2
      far[i] = Math.min(far[i], d)
      total += far[i]
    }
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    let left = (seed / 2 ** 32) * total
    for (next = 0; next < count - 1 && left >= far[next]; next++) left -= far[next]
  }
  return found
}
