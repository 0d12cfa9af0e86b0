/**
 * ggml's searches of one signed scale (make_qx_quants, make_q3_quants): every step in float32 and in their order, so that
 * the bytes are theirs.
 * takes  n values x[at …] · gives  the scale; codes[c …] as level + levels (0 … 2 · levels - 1)
 */
import { nearest } from './half.js'

const f = Math.fround
/** Blocks whose largest magnitude is below this count as zero. */
export const epsilon = f(1e-15)

/** Levels -levels … levels - 1; `weights` (from w) or x² say what an error costs. */
export function signedScale(
  n: number,
  levels: number,
  x: Float32Array,
  at: number,
  codes: Uint8Array,
  c: number,
  weights: Float32Array | undefined,
  w: number,
): number {
  const max = extreme(n, x, at)
  if (Math.abs(max) < epsilon) {
    codes.fill(0, c, c + n)
    return 0
  }
  let scale = 0
  let best = 0
  for (let k = 0; k < 19; k++) {
    // First the extreme at the lowest level, then 18 neighbours of it; 0.1 is float32's.
    const step = k === 0 ? 0 : k <= 9 ? k - 10 : k - 9
    const inverse = f(-f(levels + f(f(0.1) * step)) / max)
    let sumLX = 0
    let sumL2 = 0
    for (let i = 0; i < n; i++) {
      const value = x[at + i]
      const l = Math.max(-levels, Math.min(levels - 1, nearest(f(inverse * value))))
      const weight = weights ? weights[w + i] : f(value * value)
      sumLX = f(sumLX + f(f(weight * value) * l))
      sumL2 = f(sumL2 + f(f(weight * l) * l))
    }
    if (k > 0 && !(sumL2 > 0 && f(sumLX * sumLX) > f(best * sumL2))) continue
    for (let i = 0; i < n; i++)
      codes[c + i] = levels + Math.max(-levels, Math.min(levels - 1, nearest(f(inverse * x[at + i]))))
    scale = sumL2 ? f(sumLX / sumL2) : 0
    best = f(scale * sumLX)
  }
  return scale
}

const levelsOf = new Int8Array(256)

/** Q3_K's without importance: rounds once, then moves single levels while the fit gets better. Weights are x². */
export function improvedScale(
  n: number,
  levels: number,
  x: Float32Array,
  at: number,
  codes: Uint8Array,
  c: number,
): number {
  const max = extreme(n, x, at)
  if (Math.abs(max) < epsilon) {
    codes.fill(0, c, c + n)
    return 0
  }
  const inverse = f(-levels / max)
  let sumLX = 0
  let sumL2 = 0
  for (let i = 0; i < n; i++) {
    const value = x[at + i]
    const l = Math.max(-levels, Math.min(levels - 1, nearest(f(inverse * value))))
    levelsOf[i] = l
    const weight = f(value * value)
    sumLX = f(sumLX + f(f(weight * value) * l))
    sumL2 = f(sumL2 + f(f(weight * l) * l))
  }
  for (let round = 0, changed = true; round < 5 && changed; round++) {
    changed = false
    for (let i = 0; i < n; i++) {
      const value = x[at + i]
      const weight = f(value * value)
      let lx = f(sumLX - f(f(weight * value) * levelsOf[i]))
      if (!(lx > 0)) continue
      let l2 = f(sumL2 - f(f(weight * levelsOf[i]) * levelsOf[i]))
      const l = Math.max(-levels, Math.min(levels - 1, nearest(f(f(value * l2) / lx))))
      if (l === levelsOf[i]) continue
      lx = f(lx + f(f(weight * value) * l))
      l2 = f(l2 + f(f(weight * l) * l))
      if (!(l2 > 0 && f(f(lx * lx) * sumL2) > f(f(sumLX * sumLX) * l2))) continue
      levelsOf[i] = l
      sumLX = lx
      sumL2 = l2
      changed = true
    }
  }
  for (let i = 0; i < n; i++) codes[c + i] = levelsOf[i] + levels
  return sumL2 > 0 ? f(sumLX / sumL2) : 0
}

/** The first value of largest magnitude, with its sign. */
export function extreme(n: number, x: Float32Array, at: number): number {
  let max = 0
  let size = 0
  for (let i = at; i < at + n; i++) {
    const magnitude = Math.abs(x[i])
    if (magnitude > size) {
      size = magnitude
      max = x[i]
    }
  }
  return max
}

/** The weights of an importance matrix as ggml uses them: out[j] = importance[j] · √(sigma2 + x[j]²). */
export function weigh(
  n: number,
  x: Float32Array,
  at: number,
  importance: Float32Array,
  from: number,
  sigma2: number,
  out: Float32Array,
): void {
  for (let j = 0; j < n; j++) {
    const value = x[at + j]
    out[j] = f(importance[from + j] * f(Math.sqrt(f(sigma2 + f(value * value)))))
  }
}

/** Sum of squares, in float32 and in order. */
export function sumSquares(n: number, x: Float32Array, at: number): number {
  let sum = 0
  for (let i = at; i < at + n; i++) sum = f(sum + f(x[i] * x[i]))
  return sum
}
