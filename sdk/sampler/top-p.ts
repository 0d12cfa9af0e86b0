import type { Candidates } from './candidates.js'

/** Keeps the fewest candidates, likeliest first, that together have probability `p`; never none. */
export function topP(candidates: Candidates, p: number): void {
  const { count, logits } = candidates
  const max = candidates.max()
  if (max === Number.POSITIVE_INFINITY) return // what is infinite is decided by the temperature
  let total = 0
  for (let i = 0; i < count; i++) total += Math.exp(logits[i] - max)
  candidates.heapify()
  let kept = 0
  for (let mass = 0; kept < count && mass < p * total; kept++) {
    candidates.popTo(count - kept)
    mass += Math.exp(logits[count - kept - 1] - max)
  }
  candidates.keepPopped(kept)
}
