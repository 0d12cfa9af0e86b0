/**
 * A state and the ids it holds, so that a call that begins like the last one computes only the rest.
 * takes  all ids of a text · gives  logits (vocab) after its last one
 * before sdk/tokenizer · after ./decoder
 */
import type { Program, State } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'

/** Tokens a run: long enough to share the weights' way from memory, short enough that buffers stay small. */
const prefillChunk = 128

export class Session {
  readonly #state: State
  readonly #ids: number[] = []
  #busy = false

  constructor(readonly program: Program) {
    this.#state = program.createState()
  }

  /** The ids whose keys and values the state holds. */
  get ids(): readonly number[] {
    return this.#ids
  }

  /** How many of `ids` need not be computed again. The last one always is: its logits are wanted. */
  reusable(ids: readonly number[]): number {
    const most = Math.min(this.#ids.length, ids.length - 1)
    let same = 0
    while (same < most && this.#ids[same] === ids[same]) same++
    return same
  }

  /** Brings the state to exactly `ids`. After a failure or cancellation it holds what had been computed. */
  async logits(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    if (ids.length === 0) throw new LutraError('mismatch', 'Expected at least one token id but found none')
    if (this.#busy)
      throw new LutraError(
        'mismatch',
        'Expected one generation at a time on a session; make another session for another',
      )
    this.#busy = true
    try {
      this.#keep(this.reusable(ids))
      for (;;) {
        const from = this.#ids.length
        const to = Math.min(from + prefillChunk, ids.length)
        const part = Int32Array.from(ids.slice(from, to))
        const last = to === ids.length
        const logits = await this.program.run(this.#state, part, last ? 'last' : 'none', signal)
        this.#ids.push(...part)
        if (last) return logits
      }
    } finally {
      this.#busy = false
    }
  }

  close(): void {
    this.#state.close()
  }

  #keep(length: number): void {
    if (length === this.#ids.length) return
    this.#state.truncate(length)
    this.#ids.length = length
  }
}
