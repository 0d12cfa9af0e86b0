/**
 * Fits a codebook to a group of weights: expectation maximization (k-means in the metric of each vector of columns).
 * takes  a group, its metric, the first of its vectors of columns · gives  entries, in float64
 * before ./init, ./metric · after ../gptvq
 * E: code = argmin ‖(x - c) L_p‖². M: c = (Σ x M_p) (Σ M_p)⁻¹ over its vectors, M = L Lᵀ. An entry that nobody takes moves to the
 * vector that costs most.
 */
import { type Group, nearest } from './group.js'
import { firstEntries, type Start } from './init.js'
import type { Loops } from './loops.js'
import { type Metric, turn } from './metric.js'
import { solve } from './small.js'

export interface FitOptions {
  readonly start: Start
  /** Most steps; fewer where the cost falls by less than a ten-thousandth. */
  readonly iterations: number
}

export function fitEntries(
  group: Group,
  metric: Metric,
  firstVector: number,
  options: FitOptions,
  loops: Pick<Loops, 'assign'> = { assign },
): Float64Array {
  const entries = firstEntries(group, options.start)
  const { lanes, entries: count } = group
  const found: Assigned = {
    ...{ sums: new Float64Array(count * lanes), masses: new Float64Array(count * lanes * lanes) },
    worst: new Float64Array(3),
  }
  let before = Number.POSITIVE_INFINITY
  for (let i = 0; i < options.iterations; i++) {
    loops.assign(group, metric, firstVector, entries, found)
    move(group, found, entries)
    const [cost] = found.worst
    if (cost >= before * (1 - 1e-4)) break
    before = cost
  }
  return entries
}

/** What an E step finds. */
export interface Assigned {
  /** Σ x M and Σ M of each entry's vectors. */
  readonly sums: Float64Array
  readonly masses: Float64Array
  /** The cost of all, the largest of one vector, and where that vector lies from the group's first weight; -1, -1 for none. */
  readonly worst: Float64Array
}

/** The E step: each vector with its nearest entry. */
export function assign(
  group: Group,
  metric: Metric,
  firstVector: number,
  entries: Float64Array,
  { sums, masses, worst }: Assigned,
): void {
  const { lanes, entries: count, rows, span, weights, at, stride } = group
  const size = lanes * lanes
  const table = new Float64Array(count * lanes)
  const z = new Float64Array(lanes)
  const m = new Float64Array(size)
  sums.fill(0)
  masses.fill(0)
  let [total, most, mostAt] = [0, -1, -1]
  for (let p = 0; p < span / lanes; p++) {
    for (let k = 0; k < count; k++) turn(metric, firstVector + p, entries, k * lanes, table, k * lanes)
    square(metric, firstVector + p, m)
    for (let r = 0; r < rows; r++) {
      const x = at + r * stride + p * lanes
      turn(metric, firstVector + p, weights, x, z, 0)
      const code = nearest(z, table, count, lanes)
      let cost = 0
      for (let j = 0; j < lanes; j++) {
        const d = z[j] - table[code * lanes + j]
        cost += d * d
      }
      total += cost
      if (cost > most) [most, mostAt] = [cost, x - at]
      for (let i = 0; i < lanes; i++)
        for (let j = 0; j < lanes; j++) {
          masses[code * size + i * lanes + j] += m[i * lanes + j]
          sums[code * lanes + i] += m[i * lanes + j] * weights[x + j]
        }
    }
  }
  worst.set([total, most, mostAt])
}

/** The M step. */
function move({ lanes, entries: count, weights, at }: Group, found: Assigned, entries: Float64Array): void {
  const size = lanes * lanes
  const [, worst, worstAt] = found.worst
  let moved = false
  for (let k = 0; k < count; k++) {
    const mass = found.masses.subarray(k * size, (k + 1) * size)
    const sum = found.sums.subarray(k * lanes, (k + 1) * lanes)
    if (mass[0] > 0) solve(mass, sum, lanes)
    else if (!moved && worst > 0) {
      for (let j = 0; j < lanes; j++) sum[j] = weights[at + worstAt + j]
      moved = true // one at a time: the next step finds another
    } else continue
    entries.set(sum, k * lanes)
  }
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
