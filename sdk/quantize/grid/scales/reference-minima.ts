/**
 * ggml's searches for formats with minima (make_qkx2_quants, make_qkx3_quants, make_qp_quants): every step in float32 and in
 * their order, so that the bytes are theirs.
 * takes  n values x[at …] · gives  scale and minimum (0 or less), or a scale of scales; codes[c …] are 0 … highest
 */

import { nearest } from './half.js'
import { epsilon } from './reference-signed.js'

const f = Math.fround

/** The steps tried: the value range is spread over highest + first + step · k levels, k = 0 … count. */
export interface Steps {
  readonly highest: number
  readonly first: number
  readonly step: number
  readonly count: number
  /** Compares by the sum of magnitudes of errors instead of squares (Q2_K without importance). */
  readonly magnitudes: boolean
}

export function steps(highest: number, first: number, step: number, count: number, magnitudes = false): Steps {
  return { highest, first: f(first), step: f(step), count, magnitudes }
}

/** What the last search of a scale found beside it: the minimum, 0 or less. */
export const found = { minimum: 0 }

const tried = new Uint8Array(32)

export function scaleAndMinimum(
  n: number,
  x: Float32Array,
  at: number,
  weights: Float32Array,
  codes: Uint8Array,
  c: number,
  { highest, first, step, count, magnitudes }: Steps,
): number {
  let min = x[at]
  let max = x[at]
  let sumW = 0
  let sumX = 0
  for (let i = 0; i < n; i++) {
    const value = x[at + i]
    if (value < min) min = value
    if (value > max) max = value
    sumW = f(sumW + weights[i])
    sumX = f(sumX + f(weights[i] * value))
  }
  if (min > 0) min = 0
  found.minimum = min
  if (max <= min) {
    codes.fill(0, c, c + n)
    return 0
  }
  const start = f(highest / f(max - min))
  let scale = f(1 / start)
  for (let i = 0; i < n; i++) codes[c + i] = Math.max(0, Math.min(highest, nearest(f(start * f(x[at + i] - min)))))
  let best = cost(n, x, at, weights, codes, c, scale, min, magnitudes)
  for (let k = 0; k <= count; k++) {
    // The minimum is the best so far, as theirs is.
    const inverse = f(f(f(first + f(step * k)) + highest) / f(max - min))
    let sumL = 0
    let sumL2 = 0
    let sumXL = 0
    for (let i = 0; i < n; i++) {
      const l = Math.max(0, Math.min(highest, nearest(f(inverse * f(x[at + i] - min)))))
      tried[i] = l
      const wl = f(weights[i] * l)
      sumL = f(sumL + wl)
      sumL2 = f(sumL2 + f(wl * l))
      sumXL = f(sumXL + f(wl * x[at + i]))
    }
    const determinant = f(f(sumW * sumL2) - f(sumL * sumL))
    if (!(determinant > 0)) continue
    let s = f(f(f(sumW * sumXL) - f(sumX * sumL)) / determinant)
    let m = f(f(f(sumL2 * sumX) - f(sumL * sumXL)) / determinant)
    if (m > 0) {
      m = 0
      s = f(sumXL / sumL2)
    }
    const next = cost(n, x, at, weights, tried, 0, s, m, magnitudes)
    if (!(next < best)) continue
    for (let i = 0; i < n; i++) codes[c + i] = tried[i]
    best = next
    scale = s
    min = m
  }
  found.minimum = min
  return scale
}

function cost(
  n: number,
  x: Float32Array,
  at: number,
  weights: Float32Array,
  codes: Uint8Array,
  c: number,
  scale: number,
  min: number,
  magnitudes: boolean,
): number {
  let sum = 0
  for (let i = 0; i < n; i++) {
    const error = f(f(f(scale * codes[c + i]) + min) - x[at + i])
    sum = f(sum + f(weights[i] * (magnitudes ? Math.abs(error) : f(error * error))))
  }
  return sum
}

/** One positive scale for n values of 0 or more, levels 0 … highest: the scale of scales, and that of minima. */
export function positiveScale(
  n: number,
  highest: number,
  x: Float32Array,
  codes: Uint8Array,
  weights: Float32Array,
): number {
  let max = 0
  for (let i = 0; i < n; i++) max = Math.max(max, x[i])
  if (max < epsilon) {
    codes.fill(0, 0, n)
    return 0
  }
  let inverse = f(highest / max)
  let best = 0
  for (let k = 0; k < 9; k++) {
    // First the largest at the highest level, then eight neighbours of it.
    const is = k === 0 ? 0 : k <= 4 ? k - 5 : k - 4
    const tryInverse = is === 0 ? inverse : f(f(f(f(0.1) * is) + highest) / max)
    const scale = f(1 / tryInverse)
    let cost = 0
    for (let i = 0; i < n; i++) {
      const l = nearest(f(tryInverse * x[i]))
      const error = f(x[i] - f(scale * (is === 0 ? l & 255 : Math.min(highest, l))))
      cost = f(cost + f(f(weights[i] * error) * error))
    }
    if (k > 0 && !(cost < best)) continue
    best = cost
    inverse = tryInverse
  }
  let sumLX = 0
  let sumL2 = 0
  for (let i = 0; i < n; i++) {
    const l = Math.min(highest, nearest(f(inverse * x[i])))
    codes[i] = l
    sumLX = f(sumLX + f(f(weights[i] * x[i]) * l))
    sumL2 = f(sumL2 + f(f(weights[i] * l) * l))
  }
  for (let round = 0, changed = true; round < 5 && changed; round++) {
    changed = false
    for (let i = 0; i < n; i++) {
      const w = weights[i]
      let lx = f(sumLX - f(f(w * x[i]) * codes[i]))
      let l2 = f(sumL2 - f(f(w * codes[i]) * codes[i]))
      if (!(lx > 0 && l2 > 0)) continue
      const l = Math.min(highest, nearest(f(f(x[i] * l2) / lx)))
      if (l === codes[i]) continue
      lx = f(lx + f(f(w * x[i]) * l))
      l2 = f(l2 + f(f(w * l) * l))
      if (!(f(f(lx * lx) * sumL2) > f(f(sumLX * sumLX) * l2))) continue
      codes[i] = l
      sumLX = lx
      sumL2 = l2
      changed = true
    }
  }
  return sumL2 > 0 ? f(sumLX / sumL2) : 0
}
