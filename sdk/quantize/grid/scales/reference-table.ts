/**
 * ggml's search of one scale for the levels of IQ4 (inside quantize_row_iq4_nl_impl): float32, in their order.
 * takes  n values x[at …] and weights[0 …] · gives  the scale
 */

import type { Alphabet } from './alphabet.js'
import { epsilon, extreme } from './reference-signed.js'

const f = Math.fround

export function tableScale(
  n: number,
  x: Float32Array,
  at: number,
  weights: Float32Array,
  { nearest, steps, origin }: Alphabet,
): number {
  const max = extreme(n, x, at)
  if (Math.abs(max) < epsilon) return 0
  const first = nearest[0]
  let scale = 0
  let best = 0
  for (let k = 0; k < 16; k++) {
    // First the extreme at the lowest level with its sign turned, then the lowest level and seven neighbours on each side.
    const inverse = k === 0 ? f(1 / f(-max / first)) : f((k - 8 + first) / max)
    let sumQX = 0
    let sumQ2 = 0
    for (let j = 0; j < n; j++) {
      const value = x[at + j]
      const place = steps * f(inverse * value) + origin
      const q = nearest[place < 0 ? 0 : Math.min(511, place | 0)]
      const wq = f(weights[j] * q)
      sumQX = f(sumQX + f(wq * value))
      sumQ2 = f(sumQ2 + f(wq * q))
    }
    if (k > 0 && !(sumQ2 > 0 && f(sumQX * sumQX) > f(best * sumQ2))) continue
    scale = f(sumQX / sumQ2)
    best = f(scale * sumQX)
  }
  return Number.isNaN(scale) ? 0 : scale // no weight at all
}
