import type { Candidates } from './candidates.js'

/** Adds to the logits of single tokens; -Infinity forbids one. Runs before any filter, while candidate i is token i. */
export function bias(candidates: Candidates, biases: readonly (readonly [id: number, bias: number])[]): void {
  for (const [id, amount] of biases) if (id < candidates.count) candidates.logits[id] += amount
}
