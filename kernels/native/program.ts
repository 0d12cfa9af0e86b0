/** A graph compiled in the addon. Runs queue on the engine's own thread; here are handles, signals and errors only. */
import type { Program, State } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import { type NativeAddon, native } from './addon.js'
import { NativeState } from './state.js'

const wantedCodes = { none: 0, last: 1, all: 2 } as const

export class NativeProgram implements Program {
  private readonly states = new Set<NativeState>()
  /** Runs under way or queued. */
  private readonly runs = new Set<number>()
  private open = true

  constructor(
    private readonly addon: NativeAddon,
    private readonly id: number,
    readonly vocab: number,
    readonly context: number,
    readonly residentBytes: number,
  ) {}

  createState(): State {
    this.check()
    const id = native(() => this.addon.stateCreate(this.id))
    return new NativeState(
      this.addon,
      id,
      0,
      (state) => this.states.delete(state),
      (state) => this.states.add(state),
    )
  }

  async run(
    state: State,
    ids: Int32Array,
    wanted: 'last' | 'all' | 'none',
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    this.check()
    if (!(state instanceof NativeState))
      throw new LutraError('mismatch', 'Expected a state of this program but found one of another engine')
    if (ids.length === 0) throw new LutraError('mismatch', 'Expected at least one id but found none')
    if (signal?.aborted) throw new LutraError('cancelled', 'The run was cancelled before it began')
    return state.use(async () => {
      const { run, done } = native(() => this.addon.programRun(this.id, state.id, ids, wantedCodes[wanted]))
      const abort = () => this.addon.runCancel(run)
      signal?.addEventListener('abort', abort, { once: true })
      this.runs.add(run)
      try {
        const { logits, length } = await native(() => done)
        state.length = length
        return logits
      } catch (error) {
        this.check() // a run that closing stopped was not cancelled by its signal
        throw error
      } finally {
        this.runs.delete(run)
        signal?.removeEventListener('abort', abort)
      }
    })
  }

  /** Ends the run under way, and those that wait, with LutraError closed. */
  async close(): Promise<void> {
    if (!this.open) return
    this.open = false
    for (const run of this.runs) this.addon.runCancel(run)
    for (const state of this.states) state.abandon()
    this.states.clear()
    await native(() => this.addon.programClose(this.id))
  }

  private check(): void {
    if (!this.open) throw new LutraError('closed', 'This program is closed; compile another')
  }
}
