/**
 * ggml's reference encoders of the k-quants, block by block: scales of sub-blocks, then their own scale, then codes anew.
 * takes  256 weights (and 256 of importance) · gives  a block's bytes through its grid's layout · before ./k-signed, ./k-minima
 */
import { nearest, putHalf } from './scales/half.js'
import { found, positiveScale, type Steps, scaleAndMinimum } from './scales/reference-minima.js'
import { epsilon, improvedScale, signedScale, sumSquares, weigh } from './scales/reference-signed.js'

const f = Math.fround
const weights = new Float32Array(32)
const sums = new Float32Array(16)
const scales = new Float32Array(16)
const minima = new Float32Array(16)

/** What a reference encoder decides of one block; the halves are written already. */
export const decided = {
  codes: new Uint8Array(256),
  scales: new Uint8Array(16),
  minima: new Uint8Array(16),
}

/** Q3_K: scales are -32 … 31, stored 32 higher. */
export function referenceQ3(
  row: Float32Array,
  i: number,
  importance: Float32Array | undefined,
  bytes: Uint8Array,
  at: number,
) {
  const { codes, scales: small } = decided
  let d = 0
  if (importance) {
    const sigma2 = f(f(2 * sumSquares(256, row, i)) / 256)
    for (let j = 0; j < 16; j++) {
      weigh(16, row, i + 16 * j, importance, i + 16 * j, sigma2, weights)
      sums[j] = sum(16)
      scales[j] = signedScale(16, 4, row, i + 16 * j, codes, 16 * j, weights, 0)
    }
    d = signedScale(16, 32, scales, 0, small, 0, sums, 0)
  } else {
    for (let j = 0; j < 16; j++) scales[j] = improvedScale(16, 4, row, i + 16 * j, codes, 16 * j)
    const max = largest()
    const inverse = max ? f(-32 / max) : 0
    for (let j = 0; j < 16; j++) small[j] = max ? Math.max(-32, Math.min(31, nearest(f(inverse * scales[j])))) + 32 : 0
    d = max ? f(1 / inverse) : 0
  }
  const half = putHalf(bytes, at, d)
  for (let j = 0; j < 16; j++) recode(row, i + 16 * j, 16, f(half * (small[j] - 32)), 0, -4, 3, 16 * j)
}

/** Q6_K: scales are signed bytes. */
export function referenceQ6(
  row: Float32Array,
  i: number,
  importance: Float32Array | undefined,
  bytes: Uint8Array,
  at: number,
) {
  const { codes, scales: small } = decided
  for (let j = 0; j < 16; j++) scales[j] = signedScale(16, 32, row, i + 16 * j, codes, 16 * j, importance, i + 16 * j)
  const max = largest()
  if (Math.abs(max) < epsilon) {
    codes.fill(0)
    small.fill(0)
    putHalf(bytes, at, 0)
    return
  }
  const inverse = f(-128 / max)
  const half = putHalf(bytes, at, f(1 / inverse))
  for (let j = 0; j < 16; j++) {
    const scale = Math.min(127, nearest(f(inverse * scales[j])))
    small[j] = scale
    recode(row, i + 16 * j, 16, f(half * scale), 0, -32, 31, 16 * j)
  }
}

/** How Q2_K, Q4_K and Q5_K differ. */
export interface Minima {
  /** Weights of a sub-block. */
  readonly n: 16 | 32
  /** The largest scale and minimum of a sub-block. */
  readonly most: 15 | 63
  readonly plain: Steps
  readonly weighted: Steps
}

/** d is written to `at`, dmin to `at + 2`. */
export function referenceMinima(
  row: Float32Array,
  i: number,
  importance: Float32Array | undefined,
  bytes: Uint8Array,
  at: number,
  { n, most, plain, weighted }: Minima,
) {
  const { codes, scales: small, minima: smallMinima } = decided
  const count = 256 / n
  const total = importance ? f(sumSquares(256, row, i) / 256) : 0
  for (let j = 0; j < count; j++) {
    const from = i + n * j
    if (importance) weigh(n, row, from, importance, from, n === 16 ? total : 2 * total, weights)
    else {
      const mean = n === 16 ? 0 : f(Math.sqrt(f(sumSquares(n, row, from) / n)))
      for (let l = 0; l < n; l++) weights[l] = mean + Math.abs(row[from + l])
    }
    sums[j] = sum(n)
    scales[j] = scaleAndMinimum(n, row, from, weights, codes, n * j, importance ? weighted : plain)
    minima[j] = -found.minimum
  }
  let d: number
  let dmin: number
  if (importance) {
    d = positiveScale(count, most, scales, small, sums)
    dmin = positiveScale(count, most, minima, smallMinima, sums)
  } else {
    d = byLargest(scales, count, most, small)
    dmin = byLargest(minima, count, most, smallMinima)
  }
  const half = putHalf(bytes, at, d)
  const halfMin = putHalf(bytes, at + 2, dmin)
  for (let j = 0; j < count; j++) {
    const m = f(halfMin * smallMinima[j])
    recode(row, i + n * j, n, f(half * small[j]), m, 0, codesOf(plain), n * j)
  }
}

const codesOf = ({ highest }: Steps) => highest

/** The largest becomes `most`; gives the scale. */
function byLargest(values: Float32Array, n: number, most: number, into: Uint8Array): number {
  let max = 0
  for (let j = 0; j < n; j++) max = Math.max(max, values[j])
  const inverse = max > 0 ? f(most / max) : 0
  for (let j = 0; j < n; j++) into[j] = Math.min(most, nearest(f(inverse * values[j])))
  return f(max / most)
}

/** Codes anew for the scale as stored; where it is 0 the search's stay. */
function recode(
  x: Float32Array,
  at: number,
  n: number,
  scale: number,
  m: number,
  lowest: number,
  highest: number,
  c: number,
) {
  if (!scale) return
  for (let l = 0; l < n; l++) {
    const q = nearest(f(f(x[at + l] + m) / scale))
    decided.codes[c + l] = Math.max(lowest, Math.min(highest, q)) - lowest
  }
}

function largest(): number {
  let max = 0
  for (let j = 0; j < 16; j++) if (Math.abs(scales[j]) > Math.abs(max)) max = scales[j]
  return max
}

function sum(n: number): number {
  let total = 0
  for (let l = 0; l < n; l++) total = f(total + weights[l])
  return total
}
