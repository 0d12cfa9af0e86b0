/**
 * After feedback: codebooks and codes of a group of rows moved so that the layer's output changes less, by turns.
 * Loss: Σ over rows of (w - q) H (w - q)ᵀ, w being the weights before feedback. A codebook is its least-squares solution with
 * all else fixed, rounded as the file holds it, where rounded it makes the loss smaller; a code is the best with all else fixed.
 * before ./small, ./store, ./loops · after ../gptvq
 */
import type { Codebooks } from '../../../../hal/dtype.js'
import type { Loops } from './loops.js'
import type { Curvature, Standing } from './pull.js'
import { solve } from './small.js'
import { storeEntries } from './store.js'

/** A group of rows as feedback leaves it. */
export interface Rows {
  readonly type: Codebooks
  /** The weights before feedback, and what they became: rows × cols. */
  readonly wanted: Float32Array
  readonly quantized: Float32Array
  readonly codes: readonly Uint8Array[]
  readonly entries: readonly Float64Array[]
  /** Of these rows' groups. */
  readonly bytes: Uint8Array
}

export interface UpdateOptions {
  /** Turns of codebooks and codes. */
  readonly turns: number
  /** Whether codes move too. */
  readonly recode: boolean
}

/** Gives the loss, damping included. */
export function update(given: Rows, curvature: Curvature, { turns, recode }: UpdateOptions, loops: Loops): number {
  const { type, codes, entries } = given
  const standing = { ...given, pull: new Float64Array(type.rows * type.cols) }
  const books = entries.map((held, g) => ({ column: g * type.span, codes: codes[g], entries: held }))
  for (let turn = 0; turn < turns; turn++) {
    loops.pullOf(standing, curvature) // anew each time: additions leave a little behind
    for (let g = 0; g < books.length; g++) moveEntries(given, standing, g, curvature, loops)
    if (recode) for (const book of books) loops.moveCodes(standing, book, curvature)
  }
  const { wanted, quantized, pull } = standing
  let loss = 0
  for (let i = 0; i < pull.length; i++) loss += (wanted[i] - quantized[i]) * pull[i]
  return loss
}

function moveEntries(
  { type, codes, entries, bytes }: Rows,
  standing: Standing,
  g: number,
  curvature: Curvature,
  loops: Loops,
): void {
  const held = entries[g]
  const n = held.length
  const book = { column: g * type.span, codes: codes[g], entries: held }
  const normal = new Float64Array(n * n)
  const linear = new Float64Array(n)
  loops.normalOf(standing, book, curvature, normal, linear)
  const step = linear.slice()
  solve(normal.slice(), step, n)
  const [before, stored] = [held.slice(), bytes.slice(g * type.unitBytes, g * type.unitBytes + type.codesAt)]
  for (let i = 0; i < n; i++) held[i] += step[i]
  storeEntries(type, held, bytes, g * type.unitBytes)
  // The loss changes by m N mᵀ - 2 m · pull for the move m that rounding left.
  let change = 0
  for (let i = 0; i < n; i++) {
    const move = held[i] - before[i]
    let sum = 0
    for (let j = 0; j < n; j++) sum += normal[i * n + j] * (held[j] - before[j])
    change += move * (sum - 2 * linear[i])
  }
  if (change < 0) loops.follow(standing, book, curvature)
  else {
    held.set(before)
    bytes.set(stored, g * type.unitBytes)
  }
}
