/**
 * Codes for one group of rows, column by column: nearest entries in the metric, errors spread over the columns behind.
 * takes  weights (spoiled), U, metrics, a codebook for each group of columns · gives  codes, and what weights became
 * before ./group, ./metric · after ../gptvq
 */
import { type Group, nearest } from './group.js'
import { type Metric, turn } from './metric.js'

export interface Feedback {
  readonly upper: Float32Array
  readonly cols: number
  /** How codes are chosen, and how errors are told: y = (x - q) T⁻¹. */
  readonly look: Metric
  readonly spread: Metric
}

/** The group's columns begin at `column`; `quantized` is rows × cols. */
export function look(
  group: Group,
  column: number,
  entries: Float64Array,
  { upper, cols, look, spread }: Feedback,
  quantized: Float32Array,
): Uint8Array {
  const { lanes, entries: count, rows, span, weights, at, stride } = group
  const vectors = span / lanes
  const codes = new Uint8Array(rows * vectors)
  const errors = new Float64Array(rows * span)
  const table = new Float64Array(count * lanes)
  const z = new Float64Array(lanes)
  const missed = new Float64Array(lanes)
  for (let p = 0; p < vectors; p++) {
    const v = column / lanes + p
    for (let k = 0; k < count; k++) turn(look, v, entries, k * lanes, table, k * lanes)
    for (let r = 0; r < rows; r++) {
      const x = at + r * stride + p * lanes
      turn(look, v, weights, x, z, 0)
      const code = nearest(z, table, count, lanes)
      codes[r * vectors + p] = code
      for (let j = 0; j < lanes; j++) {
        quantized[r * cols + column + p * lanes + j] = entries[code * lanes + j]
        missed[j] = weights[x + j] - entries[code * lanes + j]
      }
      turn(spread, v, missed, 0, errors, r * span + p * lanes)
      // Inside the group at once; what lies behind it, when the group is done.
      for (let j = 0; j < lanes; j++)
        take(
          weights,
          x + lanes,
          upper,
          (v * lanes + j) * cols + (v + 1) * lanes,
          errors[r * span + p * lanes + j],
          span - (p + 1) * lanes,
        )
    }
  }
  const behind = cols - column - span
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < span; c++)
      take(weights, at + r * stride + span, upper, (column + c) * cols + column + span, errors[r * span + c], behind)
  return codes
}

function take(to: Float32Array, at: number, from: Float32Array, begin: number, factor: number, count: number): void {
  for (let i = 0; i < count; i++) to[at + i] -= factor * from[begin + i]
}
