/**
 * A state of a shared program: what is asked of it happens in the order of asking, also while its runs wait for others.
 * takes  a state of the inner program · gives  a state · after ./shared-program
 */
import type { State } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'

export class SharedState implements State {
  #tail: Promise<unknown> = Promise.resolve()
  #busy = 0

  constructor(
    /** The program that made it. */
    readonly owner: object,
    readonly inner: State,
  ) {}

  get length(): number {
    return this.inner.length
  }

  truncate(length: number): void {
    if (this.#busy > 0)
      throw new LutraError('mismatch', 'Expected an idle state but a run of it is under way; await it first')
    this.inner.truncate(length)
  }

  fork(): Promise<State> {
    return this.inOrder(async () => new SharedState(this.owner, await this.inner.fork()))
  }

  save(): Promise<Uint8Array> {
    return this.inOrder(() => this.inner.save())
  }

  restore(bytes: Uint8Array): Promise<void> {
    return this.inOrder(() => this.inner.restore(bytes))
  }

  close(): void {
    this.inner.close()
  }

  /** Back to `length` after a run that nobody wants any more; nothing where it was closed meanwhile. */
  rewind(length: number): void {
    try {
      this.inner.truncate(length)
    } catch (error) {
      if (!(error instanceof LutraError && error.kind === 'closed')) throw error
    }
  }

  inOrder<T>(work: () => Promise<T>): Promise<T> {
    return SharedState.allInOrder([this], work)
  }

  /** Begins when all of them have finished what was asked before. */
  static allInOrder<T>(states: readonly SharedState[], work: () => Promise<T>): Promise<T> {
    const before = states.length === 1 ? states[0].#tail : Promise.all(states.map((state) => state.#tail))
    for (const state of states) state.#busy++
    const result = before.then(work).finally(() => {
      for (const state of states) state.#busy--
    })
    const settled = result.catch(() => undefined)
    for (const state of states) state.#tail = settled
    return result
  }
}
