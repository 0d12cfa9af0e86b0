import type { Candidates } from './candidates.js'

/** Draws one candidate by its probability; `random` is in [0, 1). At least one candidate must be left. */
export function draw(candidates: Candidates, random: number): number {
  const { ids, logits, count } = candidates
  const max = candidates.max()
  let total = 0
  for (let i = 0; i < count; i++) total += Math.exp(logits[i] - max)
  let rest = random * total
  for (let i = 0; i < count; i++) {
    rest -= Math.exp(logits[i] - max)
    if (rest < 0) return ids[i]
  }
  // Rounding left a crumb behind the last one.
  return ids[count - 1]
}
