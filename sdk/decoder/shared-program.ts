/**
 * One program for several generations at once: runs that wait while it is busy go through it together, in one pass over the
 * weights. First come, first served; who is cancelled or fails does not hurt the others.
 * takes  a program · gives  the same program to each of its users
 * before hal's runBatch · after ./session, sdk/open
 */
import type { Program, Run, State, Wanted } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import { pause } from '../../hal/pause.js'
import { SharedState } from './shared-state.js'

/** Most tokens of a pass, but for a single longer run: a part of a prompt beside steps of others. */
const mostTokens = 192

interface Waiting {
  readonly state: SharedState
  readonly ids: Int32Array
  readonly wanted: Wanted
  readonly signal?: AbortSignal
  resolve(rows: Float32Array): void
  reject(error: unknown): void
}

export class SharedProgram implements Program {
  #waiting: Waiting[] = []
  #turning = false
  /** Aborted when all have left that wait for the next pass. */
  #nobody = new AbortController()

  constructor(
    readonly inner: Program,
    /** Asked before each pass: undefined lets it begin, a promise once it settles, which it does when the signal aborts. */
    private readonly gate: (signal?: AbortSignal) => Promise<void> | undefined = () => undefined,
  ) {}

  get vocab(): number {
    return this.inner.vocab
  }
  get context(): number {
    return this.inner.context
  }
  get residentBytes(): number {
    return this.inner.residentBytes
  }

  createState(): State {
    return new SharedState(this, this.inner.createState())
  }

  async run(state: State, ids: Int32Array, wanted: Wanted, signal?: AbortSignal): Promise<Float32Array> {
    const own = this.#own(state)
    // The caller may fill its array again while this waits.
    const kept = ids.slice()
    return own.inOrder(() => this.#wait(own, kept, wanted, signal))
  }

  async runBatch(runs: readonly Run[], signal?: AbortSignal): Promise<Float32Array[]> {
    const inner = runs.map((run) => ({ ...run, ids: run.ids.slice(), state: this.#own(run.state).inner }))
    const states = [...new Set(runs.map(({ state }) => state as SharedState))]
    return SharedState.allInOrder(states, async () => {
      await this.gate(signal)
      return this.inner.runBatch(inner, signal)
    })
  }

  /** Runs that wait end as the inner program ends those that it has. */
  async close(): Promise<void> {
    await this.inner.close()
  }

  #own(state: State): SharedState {
    if (state instanceof SharedState && state.owner === this) return state
    throw new LutraError('mismatch', 'Expected a state that this program created but found another; create one here')
  }

  #wait(state: SharedState, ids: Int32Array, wanted: Wanted, signal?: AbortSignal): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        if (!this.#waiting.includes(waiting)) return
        this.#waiting = this.#waiting.filter((each) => each !== waiting)
        if (this.#waiting.length === 0) this.#nobody.abort()
        waiting.reject(cancelled())
      }
      const done = () => signal?.removeEventListener('abort', leave)
      const waiting: Waiting = {
        ...{ state, ids, wanted, signal },
        resolve: (rows) => {
          done()
          resolve(rows)
        },
        reject: (error) => {
          done()
          reject(error)
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiting)
      if (signal?.aborted) leave()
      if (!this.#turning) void this.#turn()
    })
  }

  /** Pass after pass. Those that a pass has answered come back with their next step before the next one begins. */
  async #turn(): Promise<void> {
    this.#turning = true
    for (await pause(); this.#waiting.length > 0; await pause()) {
      if (this.#nobody.signal.aborted) this.#nobody = new AbortController()
      try {
        await this.gate(this.#nobody.signal)
      } catch (error) {
        for (const { reject } of this.#waiting.splice(0)) reject(error)
      }
      // Who was cancelled meanwhile has left.
      const batch = this.#take()
      if (batch.length > 0) await this.#pass(batch)
    }
    this.#turning = false
  }

  #take(): Waiting[] {
    let [count, tokens] = [0, 0]
    for (const { ids } of this.#waiting) {
      if (count > 0 && tokens + ids.length > mostTokens) break
      tokens += ids.length
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #pass(batch: readonly Waiting[]): Promise<void> {
    const stop = new AbortController()
    const allGone = () => batch.every(({ signal }) => signal?.aborted)
    const watch = () => {
      if (allGone()) stop.abort()
    }
    watch()
    const lengths = batch.map(({ state }) => state.length)
    for (const { signal } of batch) signal?.addEventListener('abort', watch)
    try {
      const runs = batch.map(({ state, ids, wanted }) => ({ state: state.inner, ids, wanted }))
      const rows = await this.inner.runBatch(runs, stop.signal)
      for (const [i, { state, signal, resolve, reject }] of batch.entries()) {
        if (!signal?.aborted) resolve(rows[i])
        else {
          state.rewind(lengths[i])
          reject(cancelled())
        }
      }
    } catch (error) {
      if (batch.length === 1 || allGone()) for (const { reject } of batch) reject(error)
      // It is the fault of one of them, a full state say: each alone finds out whose.
      else for (const each of batch) await this.#pass([each])
    } finally {
      for (const { signal } of batch) signal?.removeEventListener('abort', watch)
    }
  }
}

function cancelled(): LutraError {
  return new LutraError('cancelled', 'The run was cancelled; the state keeps its old length')
}
