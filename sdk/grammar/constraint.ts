/** What may come next. Stateful; one per generation. */
export interface Constraint {
  /**
   * Works out what `mask` needs next, in turns with others on the event loop; aborting ends it with LutraError
   * cancelled. Without it `mask` does the same at once.
   */
  prepare?(signal?: AbortSignal): Promise<void>
  /** Sets logits of tokens that may not come next to -Infinity; allows a stop id only where the text may end. */
  mask(logits: Float32Array): void
  /** Tells which token was chosen. A token that the mask forbids is LutraError mismatch. */
  accept(id: number): void
  /** True when nothing but the end may follow. */
  readonly done: boolean
}
