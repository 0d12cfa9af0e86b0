/**
 * Guesses what comes next from what was said before: the end of the text, found again further up, and what followed there.
 * takes  all ids so far · gives  a draft, maybe empty, that the model then confirms or refuses
 * after ./decoder, which gives the same output with and without
 */
export interface LookupOptions {
  /** How many ids at the end must be found again; as few as 2 will do. Default 3. */
  readonly ngram?: number
  /** Longest draft. Default 8. */
  readonly draft?: number
}

/** Steps without a draft after drafts that failed, at most: what failing costs goes down to one draft in so many steps. */
const longestPause = 32

export class PromptLookup {
  readonly #ngram: number
  readonly #most: number
  #length: number
  #pause = 0
  #failures = 0
  #last: { readonly at: number; readonly draft: readonly number[] } | undefined

  constructor({ ngram = 3, draft = 8 }: LookupOptions = {}) {
    this.#ngram = ngram
    this.#most = draft
    this.#length = Math.min(2, draft)
  }

  /** At most `room` ids that may follow `ids`. */
  draft(ids: readonly number[], room: number): readonly number[] {
    this.#learn(ids)
    if (this.#pause > 0) {
      this.#pause--
      return []
    }
    const from = foundAgain(ids, this.#ngram)
    if (from === undefined) return []
    const draft: number[] = []
    // Past the end it reads itself on: what repeats goes on repeating.
    for (let i = from; draft.length < Math.min(this.#length, room); i++) draft.push(ids[i] ?? draft[i - ids.length])
    this.#last = { at: ids.length, draft }
    return draft
  }

  /** Drafts that came true grow; those that did not shrink and come less often. */
  #learn(ids: readonly number[]): void {
    if (!this.#last) return
    const { at, draft } = this.#last
    this.#last = undefined
    let right = 0
    while (right < draft.length && ids[at + right] === draft[right]) right++
    if (right === draft.length) this.#length = Math.min(2 * this.#length, this.#most)
    else if (right === 0) this.#length = Math.max(1, this.#length >> 1)
    this.#failures = right === 0 ? this.#failures + 1 : 0
    if (this.#failures > 1) this.#pause = Math.min(2 ** (this.#failures - 1), longestPause)
  }
}

/** Where what followed the latest earlier copy of the last ids begins; longer copies are looked for first. */
function foundAgain(ids: readonly number[], longest: number): number | undefined {
  const end = ids.length
  for (let n = Math.min(longest, end - 1); n >= Math.min(2, longest); n--)
    for (let from = end - 1; from >= n; from--) {
      let same = 0
      while (same < n && ids[from - 1 - same] === ids[end - 1 - same]) same++
      if (same === n) return from
    }
  return undefined
}
