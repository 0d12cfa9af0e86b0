/**
 * Requests to a coordinator and its replies. The thread keeps the process alive only while a reply is due.
 * before ./engine · after ./coordinator
 */
import { LutraError } from '../../hal/error.js'
import { active, createBoard } from './crew/board.js'
import type { Host, Thread } from './host/host.js'
import type { Answers, Reply, Request, Start } from './messages.js'
import { errorOf } from './reply.js'

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

const closed = 'The wasm engine is closed; open it again'

export class Channel {
  readonly #thread: Thread
  readonly #board: Int32Array
  readonly #waiting = new Map<number, Waiting>()
  #next = 0
  #end: Error | undefined

  constructor(host: Host, features: readonly string[], threads: number) {
    this.#board = createBoard(threads)
    this.#thread = host.start({ role: 'coordinator', features, threads, board: this.#board } satisfies Start)
    this.#thread.onMessage((message) => this.settle(message as Reply))
    this.#thread.onEnd((why) => this.stop(new LutraError('closed', `The wasm worker is gone: ${why}; open it again`)))
  }

  /** From the next op on. */
  setThreads(threads: number): void {
    Atomics.store(this.#board, active, threads)
  }

  ask<R extends Request>(request: R): Promise<Answers[R['do']]> {
    if (this.#end) return Promise.reject(this.#end)
    const id = this.#next++
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) this.#thread.hold()
      this.#waiting.set(id, { resolve, reject })
      this.#thread.post({ id, request })
    })
  }

  async close(): Promise<void> {
    this.stop(new LutraError('closed', closed))
    await this.#thread.end()
  }

  private settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    // A late reply must not let go of a worker that is being ended: the process would be gone before it is.
    if (!waiting) return
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#thread.release()
    if ('value' in reply) waiting.resolve(reply.value as never)
    else waiting.reject(errorOf(reply.error))
  }

  private stop(error: Error): void {
    this.#end ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#end)
    this.#waiting.clear()
    this.#thread.release()
  }
}
