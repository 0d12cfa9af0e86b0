import type { Candidates } from './candidates.js'

/**
 * Divides the logits, counted from the largest: below 1 sharpens the choice, above 1 flattens it. So a tiny temperature
 * sends all others to -Infinity, where the logits themselves would all become Infinity; logits that are Infinity tie.
 */
export function temperature(candidates: Candidates, t: number): void {
  const { logits, count } = candidates
  const max = candidates.max()
  for (let i = 0; i < count; i++) logits[i] = logits[i] === max ? 0 : (logits[i] - max) / t
}
