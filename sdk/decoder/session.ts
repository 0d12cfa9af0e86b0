/**
 * A state and the ids it holds, so that a call that begins like the last one computes only the rest.
 * takes  all ids of a text, a draft of what may follow · gives  logits (vocab) after its last one
 * before sdk/tokenizer · after ./decoder
 */
import type { Program, State } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import { OneAtATime } from './one-at-a-time.js'

/** Tokens a run: long enough to share the weights' way from memory, short enough that buffers stay small. */
const prefillChunk = 128

export class Session {
  readonly #state: State
  readonly #ids: number[]
  readonly #turn = new OneAtATime('Expected one generation at a time on a session; make another session for another')
  /** Logits that a draft brought beforehand: the first is what follows the first `#aheadOf` ids, and so on. */
  #ahead: Float32Array[] = []
  #aheadOf = 0

  constructor(
    readonly program: Program,
    state = program.createState(),
    ids: readonly number[] = [],
  ) {
    this.#state = state
    this.#ids = [...ids]
  }

  /** The ids whose keys and values the state holds. */
  get ids(): readonly number[] {
    return this.#ids
  }

  /** How many of `ids` need not be computed again. The last one always is: its logits are wanted. */
  reusable(ids: readonly number[]): number {
    return this.common(ids, ids.length - 1)
  }

  /** How many of `ids` the state holds from their beginning on. */
  common(ids: readonly number[], atMost = ids.length): number {
    const most = Math.min(this.#ids.length, atMost)
    let same = 0
    while (same < most && this.#ids[same] === ids[same]) same++
    return same
  }

  /**
   * Logits after the last of `ids`. What `draft` guesses is computed in the same run; where it comes true, the next call
   * finds its logits ready. After a failure or cancellation the session holds what had been computed.
   */
  async logits(
    ids: readonly number[],
    signal?: AbortSignal,
    draft: () => readonly number[] = () => [],
  ): Promise<Float32Array> {
    if (ids.length === 0) throw new LutraError('mismatch', 'Expected at least one token id but found none')
    return this.#turn.run(async () => {
      const ready = this.#takeAhead(ids)
      if (ready) return ready
      this.#keep(this.reusable(ids))
      if (this.#ids.length === ids.length - 1) return this.#step(ids[ids.length - 1], draft(), signal)
      for (;;) {
        const from = this.#ids.length
        const to = Math.min(from + prefillChunk, ids.length)
        const part = Int32Array.from(ids.slice(from, to))
        const last = to === ids.length
        const logits = await this.program.run(this.#state, part, last ? 'last' : 'none', signal)
        this.#ids.push(...part)
        if (last) return logits
      }
    })
  }

  /** Forgets what lies beyond the first `length` ids. */
  truncate(length: number): void {
    this.#turn.check()
    this.#keep(length)
  }

  /** A session of its own that holds the same. */
  fork(): Promise<Session> {
    return this.#turn.run(async () => new Session(this.program, await this.#state.fork(), this.#ids))
  }

  /** The state's bytes, of exactly the ids that it holds. */
  save(): Promise<Uint8Array> {
    return this.#turn.run(() => this.#state.save())
  }

  /** Takes in what `save` gave, of those ids; another number of them in the bytes is LutraError mismatch. */
  restore(bytes: Uint8Array, ids: readonly number[]): Promise<void> {
    return this.#turn.run(async () => {
      await this.#state.restore(bytes)
      this.#ahead = []
      const found = this.#state.length
      this.#ids.splice(0, this.#ids.length, ...(found === ids.length ? ids : []))
      if (found === ids.length) return
      this.#state.truncate(0)
      throw new LutraError('mismatch', `Expected a state of ${ids.length} tokens but found ${found}`)
    })
  }

  close(): void {
    this.#state.close()
  }

  /** One token and a draft; the rows of the draft are kept. */
  async #step(id: number, draft: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    const wanted = draft.length > 0 ? 'all' : 'last'
    const rows = await this.program.run(this.#state, Int32Array.of(id, ...draft), wanted, signal)
    this.#ids.push(id, ...draft)
    const { vocab } = this.program
    const row = (i: number) => rows.subarray(i * vocab, (i + 1) * vocab)
    this.#ahead = draft.map((_, i) => row(i + 1))
    this.#aheadOf = this.#ids.length - draft.length + 1
    return row(0)
  }

  /** Rows are given away once: who gets one may write into it. */
  #takeAhead(ids: readonly number[]): Float32Array | undefined {
    if (this.#ahead.length === 0) return undefined
    const right = ids.length === this.#aheadOf && this.reusable(ids) === ids.length - 1
    if (!right || this.#ids[ids.length - 1] !== ids[ids.length - 1]) {
      this.#ahead = []
      return undefined
    }
    this.#aheadOf++
    return this.#ahead.shift()
  }

  #keep(length: number): void {
    this.#ahead = []
    if (length === this.#ids.length) return
    this.#state.truncate(length)
    this.#ids.length = length
  }
}
