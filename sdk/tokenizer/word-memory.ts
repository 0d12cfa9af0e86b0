/**
 * The ids of words that came lately, since words come again and again.
 * takes  a word and how to encode it · gives  its ids
 */

/** About 1 MB when full. */
const mostWords = 8192
/** Longer ones seldom come again. */
const longest = 32

export class WordMemory {
  readonly #ids = new Map<string, readonly number[]>()

  constructor(private readonly encode: (word: string) => readonly number[]) {}

  of(word: string): readonly number[] {
    const known = this.#ids.get(word)
    if (known) return known
    const ids = this.encode(word)
    if (word.length <= longest) {
      if (this.#ids.size >= mostWords) this.#ids.clear()
      this.#ids.set(word, ids)
    }
    return ids
  }
}
