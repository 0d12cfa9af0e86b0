/**
 * Program and State of an engine that computes in another thread, on the caller's side: checks at the door, order of calls,
 * lengths. The numbers lie where the Remote is.
 * takes  a Remote · gives  Program · after an engine's compile
 */
import type { Program, Run, State, Wanted } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'

/** A sequence in a run: its next ids, which follow `position` tokens. */
export interface RemoteRun {
  readonly state: number
  readonly position: number
  readonly ids: Int32Array<ArrayBuffer>
  readonly wanted: Wanted
}

/** The thread that holds a program and its states, by their numbers. It answers in the order of calls. */
export interface Remote {
  /** MUST look at `cancel` between ops, and reject with LutraError cancelled once it is not 0. */
  run(runs: readonly RemoteRun[], cancel: Int32Array): Promise<Float32Array[]>
  fork(state: number, twin: number, length: number): Promise<unknown>
  save(state: number, length: number): Promise<Uint8Array>
  /** The length that the bytes hold. */
  restore(state: number, bytes: Uint8Array): Promise<number>
  forget(state: number): Promise<unknown>
  /** Frees the program. */
  close(): Promise<unknown>
}

export class RemoteProgram implements Program {
  #states = 0
  #closed = false
  #tail: Promise<unknown> = Promise.resolve()
  /** The flag that stops the run under way; the worker looks at it between ops. */
  #cancel: Int32Array | undefined

  constructor(
    readonly remote: Remote,
    readonly vocab: number,
    readonly context: number,
    readonly residentBytes: number,
  ) {}

  createState(): RemoteState {
    this.open()
    return new RemoteState(this, this.#states++)
  }

  async run(state: State, ids: Int32Array, wanted: Wanted, signal?: AbortSignal): Promise<Float32Array> {
    return (await this.runBatch([{ state, ids, wanted }], signal))[0]
  }

  async runBatch(runs: readonly Run[], signal?: AbortSignal): Promise<Float32Array[]> {
    this.open()
    const own = runs.map(({ state, ids, wanted }) => {
      if (!(state instanceof RemoteState) || state.program !== this)
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
    return RemoteState.holdAll(states, () => this.inOrder(() => this.#advance(own, signal)))
  }

  /** A batch, once its turn has come. */
  async #advance(
    runs: readonly { state: RemoteState; ids: Int32Array<ArrayBuffer>; wanted: Wanted }[],
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
      const answers = await this.remote.run(sent, cancel)
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
    await this.remote.close()
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

export class RemoteState implements State {
  #length = 0
  #closed = false
  /** Runs, forks and saves under way or queued: truncating under them would change what they work on. */
  #busy = 0

  constructor(
    readonly program: RemoteProgram,
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

  async fork(): Promise<RemoteState> {
    this.open()
    const twin = this.program.createState()
    await this.#inOrder(async () => {
      twin.#length = this.#length
      await this.program.remote.fork(this.number, twin.number, this.#length)
    })
    return twin
  }

  async save(): Promise<Uint8Array> {
    this.open()
    return this.#inOrder(() => this.program.remote.save(this.number, this.#length))
  }

  async restore(bytes: Uint8Array): Promise<void> {
    this.open()
    if (!(bytes instanceof Uint8Array))
      throw new LutraError('mismatch', `Expected the bytes of a saved state but found ${typeof bytes}`)
    await this.#inOrder(async () => {
      this.#length = await this.program.remote.restore(this.number, bytes)
    })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    void this.program.inOrder(() => this.program.remote.forget(this.number)).catch(() => undefined)
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
  static async holdAll<T>(states: readonly RemoteState[], call: () => Promise<T>): Promise<T> {
    for (const state of states) state.#busy++
    try {
      return await call()
    } finally {
      for (const state of states) state.#busy--
    }
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    return RemoteState.holdAll([this], () => this.program.inOrder(work))
  }

  private open(): void {
    this.program.open()
    if (this.#closed) throw new LutraError('closed', 'Expected an open state but it is closed; create another')
  }
}
