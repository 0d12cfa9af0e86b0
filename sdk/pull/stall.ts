/**
 * A connection that says nothing for a while is given up.
 * takes  the caller's signal, milliseconds · gives  a signal for one attempt, and why it was aborted
 */
export class Stall {
  readonly #control = new AbortController()
  readonly #outer: AbortSignal | undefined
  #timer: NodeJS.Timeout | undefined
  /** True where the silence ended the attempt, not the caller. */
  stalled = false

  constructor(
    outer: AbortSignal | undefined,
    private readonly ms: number,
  ) {
    this.#outer = outer
    if (outer?.aborted) this.#control.abort()
    outer?.addEventListener('abort', this.#abort)
    this.touch()
  }

  readonly #abort = () => this.#control.abort()

  get signal(): AbortSignal {
    return this.#control.signal
  }

  /** Something came. */
  touch(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.stalled = true
      this.#control.abort()
    }, this.ms)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#outer?.removeEventListener('abort', this.#abort)
  }
}
