/**
 * Stores wanted scales as whole numbers times one half: the pair of smallest squared error among all that put the largest
 * of them at a whole number. So scales that a block held come back as they were.
 * takes  wanted scales · gives  the half, and small[j]
 */
import { roundHalf } from './half.js'

const tried = new Int16Array(16)

/** `most` is the largest magnitude of a whole number; where `lowest` is 0 negative scales become 0. */
export function storeMultiples(
  wanted: Float32Array,
  count: number,
  lowest: number,
  highest: number,
  small: Int16Array,
): number {
  let max = 0
  for (let j = 0; j < count; j++)
    if (Math.abs(wanted[j]) > Math.abs(max) && (lowest < 0 || wanted[j] > 0)) max = wanted[j]
  let d = 0
  let least = Number.POSITIVE_INFINITY
  small.fill(0, 0, count)
  if (max === 0 || Number.isNaN(max)) return 0
  const most = Math.max(-lowest, highest)
  for (let place = most; place > 0 && least > 0; place--)
    for (let sign = lowest < 0 ? -1 : 1; sign <= 1; sign += 2) {
      const l = sign * place
      if (l < lowest || l > highest) continue
      // As it falls, and by least squares for the whole numbers that come of it.
      for (let pass = 0, next = roundHalf(max / l); pass < 2; pass++) {
        if (pass === 1) next = roundHalf(leastSquares(wanted, count))
        else roundTo(wanted, count, next, lowest, highest, tried)
        const cost = squaredError(wanted, count, next)
        if (!(cost < least)) continue
        least = cost
        d = next
        small.set(count === 16 ? tried : tried.subarray(0, count))
      }
    }
  return d
}

/** into[j] = the whole number nearest to wanted[j] / d. */
export function roundTo(
  wanted: Float32Array,
  count: number,
  d: number,
  lowest: number,
  highest: number,
  into: Int16Array,
): void {
  for (let j = 0; j < count; j++) into[j] = d === 0 ? 0 : Math.max(lowest, Math.min(highest, Math.round(wanted[j] / d)))
}

function leastSquares(wanted: Float32Array, count: number): number {
  let lx = 0
  let l2 = 0
  for (let j = 0; j < count; j++) {
    lx += wanted[j] * tried[j]
    l2 += tried[j] * tried[j]
  }
  return l2 > 0 ? lx / l2 : 0
}

function squaredError(wanted: Float32Array, count: number, d: number): number {
  let sum = 0
  for (let j = 0; j < count; j++) sum += (wanted[j] - d * tried[j]) ** 2
  return sum
}
