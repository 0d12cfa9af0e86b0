import type { Candidates } from './candidates.js'

/** Divides the logits: below 1 sharpens the choice, above 1 flattens it. */
export function temperature(candidates: Candidates, t: number): void {
  for (let i = 0; i < candidates.count; i++) candidates.logits[i] /= t
}
