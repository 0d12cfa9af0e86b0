import { atOnce, type Steps } from '../../hal/turns.js'

/**
 * The ids of words that came lately, since words come again and again.
 * takes  a word and how to encode it · gives  its ids
 */

/** About 1 MB when full. */
const mostWords = 8192
/** Longer ones seldom come again. */
const longest = 32
/** Characters of words encoded between pauses: below a millisecond. */
const part = 512

export class WordMemory {
  readonly #ids = new Map<string, readonly number[]>()

  constructor(private readonly encode: (word: string) => Steps<readonly number[]>) {}

  /** Appends the ids of words, one after the other. */
  *append(words: Iterable<string>, ids: number[]): Steps<void> {
    let characters = 0
    for (const word of words) {
      for (const id of word.length <= longest ? this.#of(word) : yield* this.encode(word)) ids.push(id)
      characters += word.length
      if (characters < part) continue
      characters = 0
      yield
    }
  }

  #of(word: string): readonly number[] {
    const known = this.#ids.get(word)
    if (known) return known
    const ids = atOnce(this.encode(word))
    if (this.#ids.size >= mostWords) this.#ids.clear()
    this.#ids.set(word, ids)
    return ids
  }
}
