import type { Candidates } from './candidates.js'

export interface Penalties {
  /** Positive logits are divided by it, others multiplied (CTRL's rule). */
  readonly repetition: number
  /** Taken off once for a token that is there. */
  readonly presence: number
  /** Taken off for every time that a token is there. */
  readonly frequency: number
  /** How many of the last tokens count. */
  readonly window: number
}

/** How often each recent token is there; used again for every token. */
const times = new Map<number, number>()

/**
 * Makes tokens among the last of `history` less likely, by llama.cpp's rule: repetition first, then frequency times count
 * and presence taken off. Runs before any filter, while candidate i is token i.
 */
export function penalize(candidates: Candidates, history: readonly number[], penalties: Penalties): void {
  const { repetition, presence, frequency, window } = penalties
  const { logits, count } = candidates
  times.clear()
  for (let i = Math.max(0, history.length - window); i < history.length; i++)
    times.set(history[i], (times.get(history[i]) ?? 0) + 1)
  for (const [id, n] of times) {
    if (id >= count) continue
    const logit = logits[id] > 0 ? logits[id] / repetition : logits[id] * repetition
    logits[id] = logit - n * frequency - presence
  }
}
