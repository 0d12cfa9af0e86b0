/**
 * After feedback: codebooks and codes of a group of rows moved so that the layer's output changes less, by turns.
 * Loss: Σ over rows of (w - q) H (w - q)ᵀ, w being the weights before feedback. A codebook is its least-squares solution with
 * all else fixed, rounded as the file holds it; a code is the best with all else fixed (coordinate descent). A codebook whose
 * rounding makes the loss larger is not taken.
 * before ./small, ./store · after ../gptvq
 */
import type { Codebooks } from '../../../../hal/dtype.js'
import { solve } from './small.js'
import { storeEntries } from './store.js'

/** A group of rows as it stands, all its columns. */
export interface Rows {
  readonly type: Codebooks
  /** The weights before feedback, and what they became: rows × cols. */
  readonly wanted: Float32Array
  readonly quantized: Float32Array
  readonly codes: readonly Uint8Array[]
  readonly entries: readonly Float64Array[]
  readonly bytes: Uint8Array
  /** Where the groups of these rows begin in `bytes`. */
  readonly at: number
}

export interface UpdateOptions {
  /** Turns of codebooks and codes. */
  readonly turns: number
  /** Whether codes move too. */
  readonly recode: boolean
}

export function update(rows: Rows, hessian: Float32Array, damping: number, { turns, recode }: UpdateOptions): void {
  const { type } = rows
  const pull = new Float64Array(type.rows * type.cols)
  for (let turn = 0; turn < turns; turn++) {
    pullOf(rows, hessian, damping, pull) // anew each time: additions leave a little behind
    for (let g = 0; g < type.cols / type.span; g++) moveEntries(rows, g, hessian, damping, pull)
    if (recode) for (let g = 0; g < type.cols / type.span; g++) moveCodes(rows, g, hessian, damping, pull)
  }
}

/** (w - q) (H + damping): half of what the loss falls by as q moves. */
function pullOf({ type, wanted, quantized }: Rows, hessian: Float32Array, damping: number, pull: Float64Array): void {
  const { rows, cols } = type
  pull.fill(0)
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < cols; i++) {
      const e = wanted[r * cols + i] - quantized[r * cols + i]
      if (e !== 0) add(pull, r * cols, hessian, i * cols, e, cols)
      pull[r * cols + i] += damping * e
    }
}

function moveEntries(
  { type, quantized, codes, entries, bytes, at }: Rows,
  g: number,
  hessian: Float32Array,
  damping: number,
  pull: Float64Array,
): void {
  const { rows, cols, span, lanes } = type
  const held = entries[g]
  const n = held.length
  const vectors = span / lanes
  const normal = new Float64Array(n * n)
  const step = new Float64Array(n)
  const places = new Uint16Array(span)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < span; c++) {
      places[c] = codes[g][r * vectors + Math.floor(c / lanes)] * lanes + (c % lanes)
      step[places[c]] += pull[r * cols + g * span + c]
    }
    for (let a = 0; a < span; a++) {
      const row = (g * span + a) * cols + g * span
      const to = places[a] * n
      for (let b = 0; b < span; b++) normal[to + places[b]] += hessian[row + b]
      normal[to + places[a]] += damping
    }
  }
  const [quadratic, linear] = [normal.slice(), step.slice()]
  solve(normal, step, n)
  const [before, stored] = [held.slice(), bytes.slice(at + g * type.unitBytes, at + g * type.unitBytes + type.codesAt)]
  for (let i = 0; i < n; i++) held[i] += step[i]
  storeEntries(type, held, bytes, at + g * type.unitBytes)
  // The loss changes by m N mᵀ - 2 m · pull for the move m that rounding left.
  let change = 0
  for (let i = 0; i < n; i++) {
    const move = held[i] - before[i]
    let sum = 0
    for (let j = 0; j < n; j++) sum += quadratic[i * n + j] * (held[j] - before[j])
    change += move * (sum - 2 * linear[i])
  }
  if (!(change < 0)) {
    held.set(before)
    bytes.set(stored, at + g * type.unitBytes)
    return
  }
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < span; c++) {
      const place = codes[g][r * vectors + Math.floor(c / lanes)] * lanes + (c % lanes)
      shift(type, quantized, pull, hessian, damping, r, g * span + c, held[place])
    }
}

function moveCodes(
  { type, quantized, codes, entries }: Rows,
  g: number,
  hessian: Float32Array,
  damping: number,
  pull: Float64Array,
): void {
  const { rows, cols, span, lanes } = type
  const held = entries[g]
  const vectors = span / lanes
  const square = new Float64Array(lanes * lanes)
  const move = new Float64Array(lanes)
  for (let r = 0; r < rows; r++)
    for (let p = 0; p < vectors; p++) {
      const first = g * span + p * lanes
      for (let i = 0; i < lanes; i++)
        for (let j = 0; j < lanes; j++)
          square[i * lanes + j] = hessian[(first + i) * cols + first + j] + (i === j ? damping : 0)
      const old = codes[g][r * vectors + p]
      let [best, least] = [old, 0]
      for (let k = 0; k < held.length / lanes; k++) {
        let change = 0
        for (let i = 0; i < lanes; i++) move[i] = held[k * lanes + i] - held[old * lanes + i]
        for (let i = 0; i < lanes; i++) {
          let sum = -2 * pull[r * cols + first + i]
          for (let j = 0; j < lanes; j++) sum += square[i * lanes + j] * move[j]
          change += move[i] * sum
        }
        if (change < least) [best, least] = [k, change]
      }
      if (best === old) continue
      codes[g][r * vectors + p] = best
      for (let i = 0; i < lanes; i++)
        shift(type, quantized, pull, hessian, damping, r, first + i, held[best * lanes + i])
    }
}

/** Weight (r, c) becomes `value`: the pull of its row follows. */
function shift(
  { cols }: Codebooks,
  quantized: Float32Array,
  pull: Float64Array,
  hessian: Float32Array,
  damping: number,
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
