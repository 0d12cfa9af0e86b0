/**
 * Requests to the worker and its replies. The thread keeps the process alive only while a reply is due.
 * before ./engine · after ./worker
 */
import { Worker } from 'node:worker_threads'
import { LutraError } from '../../hal/error.js'
import type { Answers, Reply, Request, Start } from './messages.js'

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

export class Channel {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #next = 0
  #end: Error | undefined

  constructor(file: string, start: Start) {
    // Without the process's own flags: some, like --input-type, forbid starting from a file.
    this.#worker = new Worker(file, { workerData: start, execArgv: [] })
    this.#worker.unref()
    this.#worker.on('message', (reply: Reply) => this.settle(reply))
    this.#worker.on('error', (cause) => this.stop(new LutraError('closed', `The ts worker failed: ${String(cause)}`)))
    this.#worker.on('exit', () => this.stop(new LutraError('closed', 'The ts engine is closed; open it again')))
  }

  ask<R extends Request>(request: R): Promise<Answers[R['do']]> {
    if (this.#end) return Promise.reject(this.#end)
    const id = this.#next++
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref()
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, request })
    })
  }

  async close(): Promise<void> {
    this.stop(new LutraError('closed', 'The ts engine is closed; open it again'))
    await this.#worker.terminate()
  }

  private settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    // A late reply must not let go of a worker that is being ended: the process would be gone before it is.
    if (!waiting) return
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if ('value' in reply) waiting.resolve(reply.value as never)
    else {
      const { kind, message } = reply.error
      waiting.reject(kind ? new LutraError(kind, message) : new Error(message))
    }
  }

  private stop(error: Error): void {
    this.#end ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#end)
    this.#waiting.clear()
    this.#worker.unref()
  }
}
