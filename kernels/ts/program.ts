/**
 * Program and State on the caller's side: checks at the door, order of calls, lengths; the numbers lie in the worker.
 * before ./engine · after ./channel
 */
import type { Program, State } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import type { Channel } from './channel.js'

export class TsProgram implements Program {
  #states = 0
  #closed = false
  #tail: Promise<unknown> = Promise.resolve()
  /** The flag that stops the run under way; the worker looks at it between ops. */
  #cancel: Int32Array | undefined

  constructor(
    readonly channel: Channel,
    readonly number: number,
    readonly vocab: number,
    readonly context: number,
    readonly residentBytes: number,
  ) {}

  createState(): TsState {
    this.open()
    return new TsState(this, this.#states++)
  }

  async run(
    state: State,
    ids: Int32Array,
    wanted: 'last' | 'all' | 'none',
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    this.open()
    if (!(state instanceof TsState) || state.program !== this)
      throw new LutraError('mismatch', 'Expected a state that this program created but found another; create one here')
    if (ids.length === 0) throw new LutraError('mismatch', 'Expected at least one id but found none')
    for (const id of ids)
      if (!(id >= 0 && id < this.vocab))
        throw new LutraError('mismatch', `Expected ids from 0 to ${this.vocab - 1} but found ${id}`)
    const own = Int32Array.from(ids)
    return this.inOrder(() => state.advance(own, wanted, signal))
  }

  /** Ends the run under way, and those that wait, with LutraError closed. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#cancel) Atomics.store(this.#cancel, 0, 1)
    await this.#tail
    await this.channel.ask({ do: 'close', program: this.number }).catch(() => undefined)
  }

  /** Runs one thing after another, whatever became of the one before. */
  inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work)
    this.#tail = result.catch(() => undefined)
    return result
  }

  /** Lends out the flag for one run. */
  async stoppable<T>(cancel: Int32Array, work: () => Promise<T>): Promise<T> {
    this.#cancel = cancel
    try {
      return await work()
    } catch (error) {
      this.open() // a run that closing stopped was not cancelled by its signal
      throw error
    } finally {
      this.#cancel = undefined
    }
  }

  open(): void {
    if (this.#closed) throw new LutraError('closed', 'Expected an open program but it is closed; compile it again')
  }
}

export class TsState implements State {
  #length = 0
  #closed = false
  /** Counts truncations: a run that began before one does not bring back what it forgot. */
  #truncations = 0

  constructor(
    readonly program: TsProgram,
    readonly number: number,
  ) {}

  get length(): number {
    return this.#length
  }

  truncate(length: number): void {
    this.open()
    if (!Number.isInteger(length) || length < 0 || length > this.#length)
      throw new LutraError('mismatch', `Expected a length of 0 to ${this.#length} but found ${length}`)
    this.#length = length
    this.#truncations++
  }

  async fork(): Promise<TsState> {
    this.open()
    const twin = this.program.createState()
    await this.program.inOrder(async () => {
      twin.#length = this.#length
      await this.ask({
        do: 'fork',
        program: this.program.number,
        state: this.number,
        twin: twin.number,
        length: this.#length,
      })
    })
    return twin
  }

  async save(): Promise<Uint8Array> {
    this.open()
    return this.program.inOrder(() =>
      this.ask({ do: 'save', program: this.program.number, state: this.number, length: this.#length }),
    )
  }

  async restore(bytes: Uint8Array): Promise<void> {
    this.open()
    if (!(bytes instanceof Uint8Array))
      throw new LutraError('mismatch', `Expected the bytes of a saved state but found ${typeof bytes}`)
    await this.program.inOrder(async () => {
      this.#length = await this.ask({ do: 'restore', program: this.program.number, state: this.number, bytes })
      this.#truncations++
    })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    void this.program
      .inOrder(() => this.program.channel.ask({ do: 'forget', program: this.program.number, state: this.number }))
      .catch(() => undefined)
  }

  /** One run, once its turn has come. */
  async advance(
    ids: Int32Array<ArrayBuffer>,
    wanted: 'last' | 'all' | 'none',
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    this.open()
    if (signal?.aborted) throw new LutraError('cancelled', 'The run was cancelled before it began')
    const [position, truncations] = [this.#length, this.#truncations]
    const { context } = this.program
    if (position + ids.length > context)
      throw new LutraError('limit', `Expected up to ${context} tokens but found ${position} and ${ids.length} more`)
    const cancel = new Int32Array(new SharedArrayBuffer(4))
    const abort = () => Atomics.store(cancel, 0, 1)
    signal?.addEventListener('abort', abort)
    try {
      const { program, number } = this
      const logits = await program.stoppable(cancel, () =>
        this.ask({ do: 'run', program: program.number, state: number, position, ids, wanted, cancel }),
      )
      if (truncations === this.#truncations) this.#length = position + ids.length
      return logits
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  private get ask(): TsProgram['channel']['ask'] {
    return this.program.channel.ask.bind(this.program.channel)
  }

  private open(): void {
    this.program.open()
    if (this.#closed) throw new LutraError('closed', 'Expected an open state but it is closed; create another')
  }
}
