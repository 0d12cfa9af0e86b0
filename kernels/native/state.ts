/** A KV cache in the addon: a handle, its length, and the manners round both. */
import type { State } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import { type NativeAddon, native } from './addon.js'

export class NativeState implements State {
  /** Runs, forks and saves under way or queued: truncating under them would race with the engine's thread. */
  private busy = 0
  private open = true

  constructor(
    private readonly addon: NativeAddon,
    readonly id: number,
    /** Set by runs. */
    public length: number,
    private readonly forget: (state: NativeState) => void,
    private readonly remember: (state: NativeState) => void,
  ) {
    remember(this)
  }

  /** Holds the state for one asynchronous call. */
  async use<T>(call: () => Promise<T>): Promise<T> {
    this.check()
    this.busy++
    try {
      return await call()
    } finally {
      this.busy--
    }
  }

  /** Holds several states for one call. */
  static useAll<T>(states: readonly NativeState[], call: () => Promise<T>): Promise<T> {
    const [first, ...rest] = states
    return first.use(() => (rest.length === 0 ? call() : NativeState.useAll(rest, call)))
  }

  truncate(length: number): void {
    this.check()
    if (this.busy > 0)
      throw new LutraError('mismatch', 'Expected an idle state but a run of it is under way; await it first')
    if (!Number.isSafeInteger(length) || length < 0 || length > this.length)
      throw new LutraError('mismatch', `Expected a length of 0 to ${this.length} but found ${length}`)
    native(() => this.addon.stateTruncate(this.id, length))
    this.length = length
  }

  fork(): Promise<State> {
    return this.use(async () => {
      const { id, length } = await native(() => this.addon.stateFork(this.id))
      return new NativeState(this.addon, id, length, this.forget, this.remember)
    })
  }

  save(): Promise<Uint8Array> {
    return this.use(() => native(() => this.addon.stateSave(this.id)))
  }

  restore(bytes: Uint8Array): Promise<void> {
    return this.use(async () => {
      this.length = await native(() => this.addon.stateRestore(this.id, bytes))
    })
  }

  close(): void {
    if (!this.open) return
    this.open = false
    this.forget(this)
    this.addon.stateClose(this.id)
  }

  /** The program closed, and took the cache with it. */
  abandon(): void {
    this.open = false
  }

  private check(): void {
    if (!this.open) throw new LutraError('closed', 'This state is closed; create another from its program')
  }
}
