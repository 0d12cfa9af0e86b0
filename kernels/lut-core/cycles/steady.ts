/**
 * Long loops without walking them: where a loop begins anew in exactly the state of an earlier round, what lies between
 * repeats until the loop ends, to the cycle. Nothing is estimated: a loop that never repeats is walked to its end.
 * takes  the state as a text, counters, rounds left · gives  rounds to leave out, and what they would have counted
 * after  ./model
 */
import type { Round } from './issue.js'

interface Seen {
  readonly left: number
  readonly counters: Float64Array
}

/** A loop that has not repeated in so many rounds is walked. */
const patience = 128

export class Steady {
  readonly #seen = new WeakMap<Round, Map<string, Seen>>()
  readonly #given = new WeakSet<Round>()

  /** `counters` grow evenly with time; rounds that are left out are added to them, and taken from `round.left`. */
  visit(round: Round, state: () => string, counters: Float64Array): void {
    if (this.#given.has(round)) return
    let seen = this.#seen.get(round)
    if (!seen) {
      seen = new Map()
      this.#seen.set(round, seen)
    }
    const key = state()
    const earlier = seen.get(key)
    if (!earlier) {
      seen.set(key, { left: round.left, counters: counters.slice() })
      if (seen.size === patience) this.#given.add(round)
      return
    }
    const period = earlier.left - round.left
    const times = Math.floor(round.left / period)
    round.left -= times * period
    for (let i = 0; i < counters.length; i++) counters[i] += times * (counters[i] - earlier.counters[i])
    this.#given.add(round) // what is left is less than a period
  }
}
