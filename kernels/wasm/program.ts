/**
 * Program and State on the caller's side: checks at the door, order of calls, lengths; the numbers lie in the workers.
 * before ./engine · after ./channel
 */
import type { Program, Run, State, Wanted } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import type { Channel } from './channel.js'

export class WasmProgram implements Program {
  #states = 0
  #closed = false
  #tail: Promise<unknown> = Promise.resolve()
  /** The flag that stops the run under way; the worker looks at it between ops. */
  #cancel: Int32Array | undefined

  constructor(
    readonly channel: Channel,
    readonly vocab: number,
    readonly context: number,
    readonly residentBytes: number,
    /** Ends the threads, and with them all that they hold. */
    private readonly end: () => Promise<void>,
  ) {}

  createState(): WasmState {
    this.open()
    return new WasmState(this, this.#states++)
  }

  async run(state: State, ids: Int32Array, wanted: Wanted, signal?: AbortSignal): Promise<Float32Array> {
    return (await this.runBatch([{ state, ids, wanted }], signal))[0]
  }

  async runBatch(runs: readonly Run[], signal?: AbortSignal): Promise<Float32Array[]> {
    this.open()
    const own = runs.map(({ state, ids, wanted }) => {
      if (!(state instanceof WasmState) || state.program !== this)
        throw new LutraError(
          'mismatch',
          'Expected a state that this program created but found another; create one here',
        )
      if (ids.length === 0) throw new LutraError('mismatch', 'Expected at least one id but found none')
      for (const id of ids)
        if (!(id >= 0 && id < this.vocab))
          throw new LutraError('mismatch', `Expected ids from 0 to ${this.vocab - 1} but found ${id}`)
      return { state, ids: Int32Array.from(ids), wanted }
    })
    const states = own.map(({ state }) => state)
    if (new Set(states).size < states.length)
      throw new LutraError('mismatch', 'Expected each state once in a batch but found one twice')
    if (own.length === 0) return []
    return WasmState.holdAll(states, () => this.inOrder(() => this.#advance(own, signal)))
  }

  /** A batch, once its turn has come. */
  async #advance(
    runs: readonly { state: WasmState; ids: Int32Array<ArrayBuffer>; wanted: Wanted }[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array[]> {
    for (const { state, ids } of runs) state.checkRoom(ids.length)
    if (signal?.aborted) throw new LutraError('cancelled', 'The run was cancelled before it began')
    const sent = runs.map(({ state, ids, wanted }) => ({ state: state.number, position: state.length, ids, wanted }))
    const cancel = new Int32Array(new SharedArrayBuffer(4))
    const abort = () => Atomics.store(cancel, 0, 1)
    signal?.addEventListener('abort', abort)
    this.#cancel = cancel
    try {
      const answers = await this.channel.ask({ do: 'run', runs: sent, cancel })
      for (const { state, ids } of runs) state.grew(ids.length)
      return answers
    } catch (error) {
      this.open() // a run that closing stopped was not cancelled by its signal
      throw error
    } finally {
      this.#cancel = undefined
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Ends the run under way, and those that wait, with LutraError closed. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#cancel) Atomics.store(this.#cancel, 0, 1)
    await this.#tail
    await this.end()
  }

  /** Runs one thing after another, whatever became of the one before. */
  inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work)
    this.#tail = result.catch(() => undefined)
    return result
  }

  open(): void {
    if (this.#closed) throw new LutraError('closed', 'Expected an open program but it is closed; compile it again')
  }
}

export class WasmState implements State {
  #length = 0
  #closed = false
  /** Runs, forks and saves under way or queued: truncating under them would change what they work on. */
  #busy = 0

  constructor(
    readonly program: WasmProgram,
    readonly number: number,
  ) {}

  get length(): number {
    return this.#length
  }

  truncate(length: number): void {
    this.open()
    if (this.#busy > 0)
      throw new LutraError('mismatch', 'Expected an idle state but a run of it is under way; await it first')
    if (!Number.isInteger(length) || length < 0 || length > this.#length)
      throw new LutraError('mismatch', `Expected a length of 0 to ${this.#length} but found ${length}`)
    this.#length = length
  }

  async fork(): Promise<WasmState> {
    this.open()
    const twin = this.program.createState()
    await this.#inOrder(async () => {
      twin.#length = this.#length
      await this.ask({
        do: 'fork',
        state: this.number,
        twin: twin.number,
        length: this.#length,
      })
    })
    return twin
  }

  async save(): Promise<Uint8Array> {
    this.open()
    return this.#inOrder(() => this.ask({ do: 'save', state: this.number, length: this.#length }))
  }

  async restore(bytes: Uint8Array): Promise<void> {
    this.open()
    if (!(bytes instanceof Uint8Array))
      throw new LutraError('mismatch', `Expected the bytes of a saved state but found ${typeof bytes}`)
    await this.#inOrder(async () => {
      this.#length = await this.ask({ do: 'restore', state: this.number, bytes })
    })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    void this.program
      .inOrder(() => this.program.channel.ask({ do: 'forget', state: this.number }))
      .catch(() => undefined)
  }

  /** That so many more tokens fit, and that it is open. */
  checkRoom(more: number): void {
    this.open()
    const { context } = this.program
    if (this.#length + more > context)
      throw new LutraError('limit', `Expected up to ${context} tokens but found ${this.#length} and ${more} more`)
  }

  grew(by: number): void {
    this.#length += by
  }

  /** Holds states for one call. */
  static async holdAll<T>(states: readonly WasmState[], call: () => Promise<T>): Promise<T> {
    for (const state of states) state.#busy++
    try {
      return await call()
    } finally {
      for (const state of states) state.#busy--
    }
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    return WasmState.holdAll([this], () => this.program.inOrder(work))
  }

  private get ask(): WasmProgram['channel']['ask'] {
    return this.program.channel.ask.bind(this.program.channel)
  }

  private open(): void {
    this.program.open()
    if (this.#closed) throw new LutraError('closed', 'Expected an open state but it is closed; create another')
  }
}
