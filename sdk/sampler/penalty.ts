import type { Candidates } from './candidates.js'

/**
 * Makes tokens among the last `window` of `history` less likely, each once: positive logits are divided by `penalty`,
 * negative ones multiplied (CTRL's rule, as in llama.cpp). Runs before any filter, while candidate i is token i.
 */
export function penalize(candidates: Candidates, history: readonly number[], penalty: number, window: number): void {
  const { logits, count } = candidates
  const from = Math.max(0, history.length - window)
  for (let i = from; i < history.length; i++) {
    const id = history[i]
    if (id >= count || history.indexOf(id, from) < i) continue
    logits[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty
  }
}
