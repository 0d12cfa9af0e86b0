import type { Candidates } from './candidates.js'

/** Draws one candidate by its probability; `random` is in [0, 1). At least one candidate must be left. */
export function draw(candidates: Candidates, random: number): number {
  const { ids, logits, count, weights } = candidates
  const max = candidates.max()
  let total = 0
  // Kept for the second walk: over a large vocabulary the exponentials are most of what a token costs on the event loop.
  for (let i = 0; i < count; i++) {
    weights[i] = Math.exp(logits[i] - max)
    total += weights[i]
  }
  let rest = random * total
  for (let i = 0; i < count; i++) {
    rest -= weights[i]
    if (rest < 0) return ids[i]
  }
  // Rounding left a crumb behind the last one.
  return ids[count - 1]
}
