/** The Node room: worker_threads and fs. */
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { cacheFolder } from '../../../hal/cache-folder.js'
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
  kept,
  keep,
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

/** Beside those of other machines that share the folder, and of other V8s, which compile otherwise. */
function keptFile(name: string): string | undefined {
  const folder = cacheFolder(process.env)
  const machine = [process.arch, process.versions.v8, ...cpus().map(({ model }) => model)]
  const key = createHash('sha256').update(JSON.stringify(machine)).digest('hex').slice(0, 16)
  return folder === undefined ? undefined : join(folder, `${key}-${name}`)
}

function kept(name: string): string | undefined {
  const file = keptFile(name)
  try {
    return file === undefined ? undefined : readFileSync(file, 'utf8')
  } catch {
    return undefined // none yet
  }
}

/** Only a convenience: a folder that cannot be written is no fault. */
function keep(name: string, text: string): void {
  const file = keptFile(name)
  if (file === undefined) return
  try {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
    const part = `${file}.${process.pid}.part`
    writeFileSync(part, text)
    renameSync(part, file)
  } catch {}
}
