/**
 * The sums of the update for a group of rows: what its weights pull with, a codebook's normal equations, codes moved one by
 * one. `pull` (rows × cols) is (w - q) (H + damping), half of what the loss falls by as q moves.
 * takes  a group of rows, H · gives  arrays changed in place · before ../../../../hal/dtype · after ./loops, ./update
 */
import type { Codebooks } from '../../../../hal/dtype.js'

/** H and what is added to its diagonal. */
export interface Curvature {
  readonly hessian: Float32Array
  readonly damping: number
}

/** A group of rows as it stands, all its columns. */
export interface Standing {
  readonly type: Codebooks
  /** The weights before feedback, and what they became: rows × cols. */
  readonly wanted: Float32Array
  readonly quantized: Float32Array
  readonly pull: Float64Array
}

/** One codebook of them: its first column, a code for each vector, entries. */
export interface Book {
  readonly column: number
  readonly codes: Uint8Array
  readonly entries: Float64Array
}

export function pullOf({ type, wanted, quantized, pull }: Standing, { hessian, damping }: Curvature): void {
  const { rows, cols } = type
  pull.fill(0)
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < cols; i++) {
      const e = wanted[r * cols + i] - quantized[r * cols + i]
      if (e !== 0) add(pull, r * cols, hessian, i * cols, e, cols)
      pull[r * cols + i] += damping * e
    }
}

/** `normal` (n × n) and `step` (n) for the n numbers of a codebook: the loss of a move m is m N mᵀ - 2 m · step. */
export function normalOf(
  { type, pull }: Standing,
  { column, codes }: Book,
  { hessian, damping }: Curvature,
  normal: Float64Array,
  step: Float64Array,
): void {
  const { rows, cols, span, lanes } = type
  const n = step.length
  const places = new Uint16Array(span)
  // Rows of H summed by the number that their weights take, then columns.
  const sums = new Float64Array(n * span)
  const used = new Uint8Array(n)
  normal.fill(0)
  step.fill(0)
  for (let r = 0; r < rows; r++) {
    used.fill(0)
    for (let a = 0; a < span; a++) {
      const place = codes[(r * span + a - (a % lanes)) / lanes] * lanes + (a % lanes)
      places[a] = place
      if (used[place] === 0) sums.fill(0, place * span, (place + 1) * span)
      used[place] = 1
      step[place] += pull[r * cols + column + a]
      add(sums, place * span, hessian, (column + a) * cols + column, 1, span)
      sums[place * span + a] += damping
    }
    for (let k = 0; k < n; k++)
      if (used[k] === 1) for (let b = 0; b < span; b++) normal[k * n + places[b]] += sums[k * span + b]
  }
}

/** Weights become what the codebook's entries are now. */
export function follow(standing: Standing, { column, codes, entries }: Book, curvature: Curvature): void {
  const { rows, span, lanes } = standing.type
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < span; c++)
      shift(
        standing,
        curvature,
        r,
        column + c,
        entries[codes[(r * span + c - (c % lanes)) / lanes] * lanes + (c % lanes)],
      )
}

/** Each code becomes the best with all else fixed. */
export function moveCodes(standing: Standing, { column, codes, entries }: Book, curvature: Curvature): void {
  const { type, pull } = standing
  const { hessian, damping } = curvature
  const { rows, cols, span, lanes } = type
  const vectors = span / lanes
  const square = new Float64Array(lanes * lanes)
  const move = new Float64Array(lanes)
  for (let r = 0; r < rows; r++)
    for (let p = 0; p < vectors; p++) {
      const first = column + p * lanes
      for (let i = 0; i < lanes; i++)
        for (let j = 0; j < lanes; j++)
          square[i * lanes + j] = hessian[(first + i) * cols + first + j] + (i === j ? damping : 0)
      const old = codes[r * vectors + p]
      let [best, least] = [old, 0]
      for (let k = 0; k < entries.length / lanes; k++) {
        let change = 0
        for (let i = 0; i < lanes; i++) move[i] = entries[k * lanes + i] - entries[old * lanes + i]
        for (let i = 0; i < lanes; i++) {
          let sum = -2 * pull[r * cols + first + i]
          for (let j = 0; j < lanes; j++) sum += square[i * lanes + j] * move[j]
          change += move[i] * sum
        }
        if (change < least) [best, least] = [k, change]
      }
      if (best === old) continue
      codes[r * vectors + p] = best
      for (let i = 0; i < lanes; i++) shift(standing, curvature, r, first + i, entries[best * lanes + i])
    }
}

/** Weight (r, c) becomes `value`: the pull of its row follows. */
function shift(
  { type: { cols }, quantized, pull }: Standing,
  { hessian, damping }: Curvature,
  r: number,
  c: number,
  value: number,
): void {
  const move = value - quantized[r * cols + c]
  if (move === 0) return
  quantized[r * cols + c] = value
  add(pull, r * cols, hessian, c * cols, -move, cols)
  pull[r * cols + c] -= damping * move
}

function add(to: Float64Array, at: number, from: Float32Array, begin: number, factor: number, count: number): void {
  for (let i = 0; i < count; i++) to[at + i] += factor * from[begin + i]
}
