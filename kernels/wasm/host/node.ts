/** The Node room: worker_threads and fs. */
import { closeSync, openSync, readSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { LutraError } from '../../../hal/error.js'
import { workerFile } from '../../../hal/worker-file.js'
import type { Host, OpenFile, Thread } from './host.js'

export const host: Host = {
  cpus: availableParallelism(),
  start,
  inside: {
    start: async () => workerData,
    post: (message, transfer = []) => parentPort?.postMessage(message, transfer as ArrayBuffer[]),
    onMessage: (take) => void parentPort?.on('message', take),
  },
  open,
  pause: () => setImmediate(),
}

function start(data: unknown): Thread {
  // Without the process's own flags: some, like --input-type, forbid starting from a file.
  const worker = new Worker(workerFile(import.meta.url, '../worker.js'), { workerData: data, execArgv: [] })
  worker.unref()
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer as ArrayBuffer[]),
    onMessage: (take) => void worker.on('message', take),
    onEnd(take) {
      worker.on('error', (cause) => take(`it failed: ${String(cause)}`))
      worker.on('exit', () => take('it ended'))
    },
    hold: () => worker.ref(),
    release: () => worker.unref(),
    async end() {
      await worker.terminate()
    },
  }
}

function open(path: string): OpenFile {
  const told = (cause: unknown) =>
    new LutraError('io', `Expected to read ${path} but found: ${cause instanceof Error ? cause.message : cause}`)
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (cause) {
    throw told(cause)
  }
  return {
    read(offset, into) {
      for (let filled = 0; filled < into.length; ) {
        let count: number
        try {
          count = readSync(file, into, filled, into.length - filled, offset + filled)
        } catch (cause) {
          throw told(cause)
        }
        if (count === 0)
          throw new LutraError('io', `Expected ${into.length} bytes at ${offset} in ${path} but it ended there`)
        filled += count
      }
    },
    close: () => closeSync(file),
  }
}
