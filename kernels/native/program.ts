/** A graph compiled in the addon. Runs queue on the engine's own thread; here are handles, signals and errors only. */
import type { Program, Run, State, Wanted } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import { type NativeAddon, native } from './addon.js'
import { NativeState } from './state.js'

const wantedCodes = { none: 0, last: 1, all: 2, hidden: 3 } as const

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

  async run(state: State, ids: Int32Array, wanted: Wanted, signal?: AbortSignal): Promise<Float32Array> {
    return (await this.runBatch([{ state, ids, wanted }], signal))[0]
  }

  async runBatch(runs: readonly Run[], signal?: AbortSignal): Promise<Float32Array[]> {
    this.check()
    const states: NativeState[] = []
    for (const { state, ids } of runs) {
      if (!(state instanceof NativeState))
        throw new LutraError('mismatch', 'Expected a state of this program but found one of another engine')
      if (ids.length === 0) throw new LutraError('mismatch', 'Expected at least one id but found none')
      states.push(state)
    }
    if (states.length === 0) return []
    if (signal?.aborted) throw new LutraError('cancelled', 'The run was cancelled before it began')
    const parts = Uint32Array.from(
      runs.flatMap(({ ids, wanted }, i) => [states[i].id, ids.length, wantedCodes[wanted]]),
    )
    const ids = joined(runs)
    return NativeState.useAll(states, async () => {
      const { run, done } = native(() => this.addon.programRun(this.id, parts, ids))
      const abort = () => this.addon.runCancel(run)
      signal?.addEventListener('abort', abort, { once: true })
      this.runs.add(run)
      try {
        const { rows, lengths } = await native(() => done)
        for (const [i, state] of states.entries()) state.length = lengths[i]
        return split(rows, runs, this.vocab)
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

function joined(runs: readonly Run[]): Int32Array {
  if (runs.length === 1) return runs[0].ids
  const all = new Int32Array(runs.reduce((sum, { ids }) => sum + ids.length, 0))
  let at = 0
  for (const { ids } of runs) {
    all.set(ids, at)
    at += ids.length
  }
  return all
}

/** Each run's rows. The width of hidden rows is what the others leave. */
function split(rows: Float32Array, runs: readonly Run[], vocab: number): Float32Array[] {
  if (runs.length === 1) return [rows]
  const count = ({ ids, wanted }: Run) => (wanted === 'none' ? 0 : wanted === 'last' ? 1 : ids.length)
  const of = (kind: (wanted: Wanted) => boolean) =>
    runs.reduce((sum, run) => sum + (kind(run.wanted) ? count(run) : 0), 0)
  const hidden = of((wanted) => wanted === 'hidden')
  const width = hidden > 0 ? (rows.length - of((wanted) => wanted !== 'hidden') * vocab) / hidden : 0
  let at = 0
  return runs.map((run) => {
    const from = at
    at += count(run) * (run.wanted === 'hidden' ? width : vocab)
    return rows.subarray(from, at)
  })
}
