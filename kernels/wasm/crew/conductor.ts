/**
 * The coordinator's side of a crew: makes calls, alone where they are small, else cut into chunks for all.
 * takes  calls (a function of the module, its arguments, items) · gives  when it returns, they are done
 * before ./board · after ../compiled
 */
import { LutraError } from '../../../hal/error.js'
import type { WasmFunction, WasmMemory, WasmModule } from '../../ladder/wasm/web-assembly.js'
import { webAssembly } from '../../ladder/wasm/web-assembly.js'
import type { Thread } from '../host/host.js'
import type { HelperAnswer, HelperOrder } from '../messages.js'
import { errorOf } from '../reply.js'
import type { Call } from './board.js'
import * as at from './board.js'

/** Chunks for each participant: enough that one who comes late finds little left to wait for. */
const chunksEach = 4
/** Below so many bytes a meeting costs more than it saves. */
const meetingWork = 24_000
/** Looks at the board before sleeping. */
const spins = 4000

export class Conductor {
  #functions: readonly WasmFunction[] = []
  #index = new Map<string, number>()
  #generation = 0
  readonly #threads: number
  /** What helpers are waited for, by participant. */
  readonly #heard: ((answer: HelperAnswer) => void)[] = []

  constructor(
    readonly memory: WasmMemory,
    readonly board: Int32Array,
    readonly helpers: readonly Thread[],
  ) {
    this.#threads = helpers.length + 1
    helpers.forEach((helper, i) => {
      helper.onMessage((answer) => this.#heard[i]?.(answer as HelperAnswer))
      helper.onEnd((why) => this.#heard[i]?.({ did: 'packed', error: { message: `A helper thread is gone: ${why}` } }))
    })
  }

  /** The next word of a helper; rejects where that is a fault. */
  hear(participant: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#heard[participant - 1] = (answer) =>
        'error' in answer && answer.error ? reject(errorOf(answer.error)) : resolve()
    })
  }

  /** Calls are of this module from now on. */
  use(module: WasmModule, names: readonly string[]): void {
    this.#functions = instantiate(module, this.memory, names)
    this.#index = new Map(names.map((name, index) => [name, index]))
    const id = this.board[at.moduleId] + 1
    Atomics.store(this.board, at.moduleId, id)
    for (const helper of this.helpers) helper.post({ do: 'module', id, module, names } satisfies HelperOrder)
  }

  run(calls: readonly Call[]): void {
    const threads = Math.min(this.#threads, Atomics.load(this.board, at.active))
    let work = 0
    if (threads > 1) for (const call of calls) work += call.work
    const most = calls.length > at.mostCalls ? 0 : Math.min(threads * chunksEach, at.mostChunks)
    if (threads === 1 || work < meetingWork || most < 2) this.alone(calls)
    else this.together(calls, work, Math.max(most, calls.length), threads)
  }

  private alone(calls: readonly Call[]): void {
    for (const { name, args, items } of calls)
      at.perform(this.#functions[this.#index.get(name) as number], args, 0, 0, items, 0)
  }

  private together(calls: readonly Call[], work: number, wanted: number, threads: number): void {
    const { board } = this
    let total = 0
    calls.forEach(({ name, args, items, work: own }, i) => {
      const parts = Math.max(
        1,
        Math.min(items, Math.round((wanted * own) / work), at.mostChunks - total - calls.length),
      )
      const place = at.callAt(this.#threads, i)
      board[place] = this.#index.get(name) as number
      board[place + 1] = total
      board[place + 2] = parts
      board[place + 3] = items
      board.set(args, place + 4)
      total += parts
    })
    board[at.chunks] = total
    board[at.calls] = calls.length
    Atomics.store(board, at.done, 0)
    this.#generation = (this.#generation + 1) & 0x7fffff
    Atomics.store(board, at.ticket, (this.#generation << 8) | total)
    Atomics.notify(board, at.ticket)
    for (let participant = 1; participant < threads; participant++)
      if (Atomics.compareExchange(board, at.helperAt(participant), at.away, at.asked) === at.away)
        this.helpers[participant - 1].post({ do: 'join' } satisfies HelperOrder)
    at.takeChunks(board, this.#threads, this.#functions, 0)
    this.await(total)
    if (Atomics.exchange(board, at.fault, 0) > 0)
      throw new LutraError('unsupported', 'A WebAssembly kernel failed in a helper thread; this is a fault of Lutra')
  }

  private await(total: number): void {
    for (let i = 0; i < spins; i++) if (Atomics.load(this.board, at.done) === total) return
    for (;;) {
      const count = Atomics.load(this.board, at.done)
      if (count === total) return
      Atomics.wait(this.board, at.done, count)
    }
  }
}

export function instantiate(module: WasmModule, memory: WasmMemory, names: readonly string[]): WasmFunction[] {
  const { exports } = new webAssembly.Instance(module, { env: { memory } })
  return names.map((name) => exports[name])
}
