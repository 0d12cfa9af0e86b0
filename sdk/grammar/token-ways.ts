/**
 * Whether tokens lead from a place to an end, for vocabularies that cannot spell all names a character at a time
 * (the pilot's braces exist only inside longer tokens).
 * takes  an Automaton, a Vocabulary · gives "is there a way to the end?", the same for all prompts
 * before ./automaton, ./token-trie · after ./token-mask
 */
import { LutraError } from '../../hal/error.js'
import type { Automaton, Frame, State } from './automaton.js'
import type { Vocabulary } from './token-trie.js'
import type { Trie } from './trie.js'

/** Places looked at for one answer: real vocabularies need a few dozen. */
const MAX_SEARCH = 20_000

export class TokenWays {
  constructor(
    readonly automaton: Automaton,
    readonly vocabulary: Vocabulary,
  ) {}

  /** One road that leads on is enough. */
  lead(state: State): boolean {
    return state.complete || state.threads.some((frame) => this.#leads(frame))
  }

  /** Breadth first, so that a short way is found before long lists are tried out. What is found is kept with the frames. */
  #leads(frame: Frame): boolean {
    if (frame.live !== undefined) return frame.live
    const from = new Map<Frame, Frame | undefined>([[frame, undefined]])
    // A Map's keys can be walked while it grows.
    for (const at of from.keys()) {
      for (const state of this.#after(at)) {
        if (state.complete || state.threads.some((next) => next.live === true)) {
          for (let way: Frame | undefined = at; way !== undefined; way = from.get(way)) way.live = true
          return true
        }
        for (const next of state.threads) if (next.live === undefined && !from.has(next)) from.set(next, at)
      }
      if (from.size > MAX_SEARCH) {
        throw new LutraError(
          'limit',
          `Expected tokens to lead to an end within ${MAX_SEARCH} places but found none; add single characters to the vocabulary`,
        )
      }
    }
    for (const at of from.keys()) at.live = false
    return false
  }

  /**
   * Strings, copies and numbers are only begun where every character of theirs is a token (./reach), so they can always
   * be ended, and what counts is what follows them. A literal is left by whole tokens.
   */
  #after(frame: Frame): Set<State> {
    if (frame.node.kind !== 'literal') return new Set([this.automaton.afterEnd(frame)])
    const found = new Set<State>()
    const start = this.automaton.only(frame)
    this.#walk(start, this.vocabulary.plain, found)
    this.#walk(start, this.vocabulary.other, found)
    return found
  }

  #walk(start: State, { size, byte, depth, end, from }: Trie, found: Set<State>): void {
    const path: State[] = [start]
    for (let i = 0; i < size; ) {
      const at = path[depth[i]]
      // Words of a prompt are nobody's way out: the way ends where they begin, and ./reach knows that they end.
      const next = at.bound ? null : this.automaton.step(at, byte[i])
      if (next === null) {
        i = end[i]
        continue
      }
      if (from[i] < from[i + 1]) found.add(next)
      path[depth[i] + 1] = next
      i++
    }
  }
}
