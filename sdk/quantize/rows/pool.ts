/**
 * Worker threads that share the rows of a matrix: each takes a stretch, and the job is done when all are.
 * takes  a job's name and arguments in shared memory · before ./worker · after ../feedback/solve
 */
import { Worker } from 'node:worker_threads'
import { type ErrorKind, LutraError } from '../../../hal/error.js'
import { workerFile } from '../../../hal/worker-file.js'
import type { Given, JobName } from './jobs.js'
import { onCollect } from './shared.js'
import type { COLLECT, RowReply, RowRequest } from './worker.js'

interface Waiting {
  resolve(): void
  reject(error: Error): void
}

export class RowPool {
  readonly #workers: Worker[]
  readonly #waiting = new Map<Worker, Waiting>()
  readonly #deaf: () => void
  #end: Error | undefined

  constructor(threads: number) {
    const file = workerFile(import.meta.url, 'worker.js')
    this.#workers = Array.from({ length: threads }, () => this.#start(file))
    const collect: typeof COLLECT = 'collect'
    this.#deaf = onCollect(() => {
      for (const worker of this.#workers) worker.postMessage(collect)
    })
  }

  /** Rows go to threads in stretches of a multiple of `together`, so that groups of rows stay whole. */
  async run<Name extends JobName>(name: Name, given: Given<Name>, rows: number, together = 1): Promise<void> {
    const stretch = Math.ceil(rows / together / this.#workers.length) * together
    const parts = this.#workers.map((worker, i) => {
      const [from, to] = [Math.min(rows, i * stretch), Math.min(rows, (i + 1) * stretch)]
      return from < to ? this.#ask(worker, { name, given, from, to }) : undefined
    })
    const ends = await Promise.allSettled(parts)
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  async close(): Promise<void> {
    this.#deaf()
    this.#stop(new LutraError('closed', 'The quantizer is closed'))
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  #start(file: string): Worker {
    const worker = new Worker(file, { execArgv: [] })
    worker.unref()
    worker.on('message', (reply: RowReply) => {
      const waiting = this.#waiting.get(worker)
      this.#waiting.delete(worker)
      worker.unref()
      if ('done' in reply) waiting?.resolve()
      else {
        const { kind, message } = reply.error
        waiting?.reject(kind ? new LutraError(kind as ErrorKind, message) : new Error(message))
      }
    })
    worker.on('error', (cause) => this.#stop(new LutraError('closed', `A quantizing thread failed: ${String(cause)}`)))
    worker.on('exit', () => this.#stop(new LutraError('closed', 'A quantizing thread ended')))
    return worker
  }

  #ask(worker: Worker, request: RowRequest): Promise<void> {
    if (this.#end) return Promise.reject(this.#end)
    return new Promise((resolve, reject) => {
      worker.ref()
      this.#waiting.set(worker, { resolve, reject })
      worker.postMessage(request)
    })
  }

  #stop(error: Error): void {
    this.#end ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#end)
    this.#waiting.clear()
  }
}
