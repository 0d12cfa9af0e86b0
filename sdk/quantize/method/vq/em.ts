/**
 * Fits a codebook to a group of weights: expectation maximization (k-means in the metric of each vector of columns).
 * takes  a group, its metric, the first of its vectors of columns · gives  entries, in float64
 * before ./init, ./metric · after ../gptvq
 * E: code = argmin ‖(x - c) L_p‖². M: c = (Σ x M_p) (Σ M_p)⁻¹ over its vectors, M = L Lᵀ. An entry that nobody takes moves to the
 * vector that costs most.
 */
import { type Group, nearest } from './group.js'
import { firstEntries, type Start } from './init.js'
import { type Metric, turn } from './metric.js'
import { solve } from './small.js'

export interface FitOptions {
  readonly start: Start
  /** Most steps; fewer where the cost falls by less than a ten-thousandth. */
  readonly iterations: number
}

export function fitEntries(group: Group, metric: Metric, firstVector: number, options: FitOptions): Float64Array {
  const entries = firstEntries(group, options.start)
  let before = Number.POSITIVE_INFINITY
  for (let i = 0; i < options.iterations; i++) {
    const cost = step(group, metric, firstVector, entries)
    if (cost >= before * (1 - 1e-4)) break
    before = cost
  }
  return entries
}

/** One E and one M; the cost of what entries were before. */
function step(group: Group, metric: Metric, firstVector: number, entries: Float64Array): number {
  const { lanes, entries: count, rows, span, weights, at, stride } = group
  const size = lanes * lanes
  const table = new Float64Array(count * lanes)
  const z = new Float64Array(lanes)
  const sums = new Float64Array(count * lanes)
  const masses = new Float64Array(count * size)
  const m = new Float64Array(size)
  let [total, worst, worstAt] = [0, -1, -1]
  for (let p = 0; p < span / lanes; p++) {
    for (let k = 0; k < count; k++) turn(metric, firstVector + p, entries, k * lanes, table, k * lanes)
    square(metric, firstVector + p, m)
    for (let r = 0; r < rows; r++) {
      const x = at + r * stride + p * lanes
      turn(metric, firstVector + p, weights, x, z, 0)
      const code = nearest(z, table, count, lanes)
      let cost = 0
      for (let j = 0; j < lanes; j++) cost += (z[j] - table[code * lanes + j]) ** 2
      total += cost
      if (cost > worst) [worst, worstAt] = [cost, x]
      for (let i = 0; i < lanes; i++)
        for (let j = 0; j < lanes; j++) {
          masses[code * size + i * lanes + j] += m[i * lanes + j]
          sums[code * lanes + i] += m[i * lanes + j] * weights[x + j]
        }
    }
  }
  let moved = false
  for (let k = 0; k < count; k++) {
    const mass = masses.subarray(k * size, (k + 1) * size)
    const sum = sums.subarray(k * lanes, (k + 1) * lanes)
    if (mass[0] > 0) solve(mass, sum, lanes)
    else if (!moved && worst > 0) {
      for (let j = 0; j < lanes; j++) sum[j] = weights[worstAt + j]
      moved = true // one at a time: the next step finds another
    } else continue
    entries.set(sum, k * lanes)
  }
  return total
}

/** M = L Lᵀ of vector p. */
function square({ lanes, roots }: Metric, p: number, m: Float64Array): void {
  const root = roots.subarray(p * lanes * lanes, (p + 1) * lanes * lanes)
  for (let i = 0; i < lanes; i++)
    for (let j = 0; j < lanes; j++) {
      let sum = 0
      for (let k = 0; k < lanes; k++) sum += root[i * lanes + k] * root[j * lanes + k]
      m[i * lanes + j] = sum
    }
}
