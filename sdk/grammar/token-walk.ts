/**
 * Walks a trie beside the matcher.
 * takes  a State, a Trie · gives the ids that the matcher can take from that state
 * before ./matcher, ./trie · after ./token-mask, ./string-mask
 */
import type { Steps } from '../../hal/turns.js'
import type { State } from './automaton.js'
import type { Matcher } from './matcher.js'
import type { Trie } from './trie.js'

/** Roads followed before others get a turn: below a millisecond. */
const PART = 256

/** A mask in the making. */
export interface Making {
  /** Whether it looked into the prompt. */
  prompted: boolean
  /** Roads followed since the last turn. */
  work: number
}

/** Collects ids in `found`, and where each leads in `states`. */
export function* walk(
  matcher: Matcher,
  state: State,
  { size, byte, depth, end, from, ids }: Trie,
  making: Making,
  found: number[],
  states?: State[],
): Steps<void> {
  const path: State[] = [state]
  for (let i = 0; i < size; ) {
    const at = path[depth[i]]
    if (at.bound) making.prompted = true
    making.work += 1 + at.threads.length
    if (making.work > PART) {
      making.work = 0
      yield
    }
    const next = matcher.step(at, byte[i])
    if (next === null) {
      i = end[i]
      continue
    }
    for (let k = from[i]; k < from[i + 1]; k++) {
      found.push(ids[k])
      states?.push(next)
    }
    path[depth[i] + 1] = next
    i++
  }
}
