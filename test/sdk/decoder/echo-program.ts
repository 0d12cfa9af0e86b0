import type { Program, Run, State, Wanted } from '../../../hal/backend.js'
import { LutraError } from '../../../hal/error.js'

/** A program whose logits are a function of the ids it has seen: `next` says which token is likeliest. */
export class EchoProgram implements Program {
  readonly residentBytes = 0
  /** Ids computed, run by run. */
  readonly runs: number[][] = []
  /** Sequences of each run. */
  readonly batches: number[] = []
  open = 0

  constructor(
    readonly vocab: number,
    readonly context: number,
    private readonly next: (ids: readonly number[]) => number,
    /** Milliseconds a run takes. */
    private readonly delay = 0,
  ) {}

  createState(): State {
    this.open++
    return new EchoState(() => this.open--)
  }

  async run(state: State, ids: Int32Array, wanted: Wanted, signal?: AbortSignal) {
    return (await this.runBatch([{ state, ids, wanted }], signal))[0]
  }

  async runBatch(runs: readonly Run[], signal?: AbortSignal) {
    for (const { state, ids } of runs)
      if (state.length + ids.length > this.context) throw new LutraError('limit', 'the state is full')
    this.batches.push(runs.length)
    if (this.delay > 0) await new Promise((done) => setTimeout(done, this.delay))
    if (signal?.aborted) throw new LutraError('cancelled', 'aborted')
    return runs.map((run) => this.#answer(run))
  }

  #answer({ state, ids, wanted }: Run) {
    const seen = (state as EchoState).ids
    this.runs.push([...ids])
    const rows: number[] = []
    for (const id of ids) {
      seen.push(id)
      rows.push(this.next(seen))
    }
    const kept = wanted === 'all' ? rows : wanted === 'last' ? rows.slice(-1) : []
    const logits = new Float32Array(kept.length * this.vocab)
    kept.forEach((row, i) => {
      logits[i * this.vocab + row] = 2
    })
    return logits
  }

  async close(): Promise<void> {}
}

class EchoState implements State {
  ids: number[] = []

  constructor(private readonly onClose: () => void) {}

  get length(): number {
    return this.ids.length
  }

  truncate(length: number): void {
    this.ids.length = length
  }

  async fork(): Promise<State> {
    throw new LutraError('unsupported', 'not in this fake')
  }

  async save(): Promise<Uint8Array> {
    throw new LutraError('unsupported', 'not in this fake')
  }

  async restore(): Promise<void> {
    throw new LutraError('unsupported', 'not in this fake')
  }

  close(): void {
    this.onClose()
  }
}
