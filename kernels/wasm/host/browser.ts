/** The browser room: module workers of a page that is cross-origin isolated. Weights come as bytes, never as files. */
import { LutraError } from '../../../hal/error.js'
import type { Host, Inside, Thread } from './host.js'

/** What this file uses of the page; the sources are compiled without the browser's types. */
interface Port {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void
  addEventListener(kind: string, take: (event: { data?: unknown; message?: string }) => void): void
}
interface PageWorker extends Port {
  terminate(): void
}
const page = globalThis as unknown as Port & {
  readonly Worker: new (url: URL, options: { type: 'module' }) => PageWorker
  readonly navigator: { readonly hardwareConcurrency?: number }
}

/** A worker's first word. Before it nobody listens there, and messages may be lost. */
const listening = 'listening'

export const host: Host = {
  cpus: page.navigator?.hardwareConcurrency ?? 1,
  start,
  inside: createInside(),
  open(path) {
    throw new LutraError('io', `Expected weights as bytes but found the file ${path}, which a page cannot read`)
  },
  kept: () => undefined,
  keep() {},
}

function start(data: unknown): Thread {
  const worker = new page.Worker(new URL('../worker.js', import.meta.url), { type: 'module' })
  let waiting: [unknown, readonly ArrayBuffer[]][] | undefined = [[data, []]]
  const takers: ((message: unknown) => void)[] = []
  worker.addEventListener('message', ({ data: message }) => {
    if (!waiting) return takers.forEach((take) => void take(message))
    if (message !== listening) return
    for (const [each, transfer] of waiting) worker.postMessage(each, transfer)
    waiting = undefined
  })
  return {
    post(message, transfer = []) {
      if (waiting) waiting.push([message, transfer])
      else worker.postMessage(message, transfer)
    },
    onMessage: (take) => void takers.push(take),
    onEnd: (take) => worker.addEventListener('error', ({ message }) => take(`it failed: ${message}`)),
    hold() {},
    release() {},
    end: async () => worker.terminate(),
  }
}

/** The first message is what the thread was started with. */
function createInside(): Inside {
  return {
    start: () =>
      new Promise((resolve) => {
        const first = ({ data }: { data?: unknown }) => resolve(data)
        page.addEventListener('message', first)
        page.postMessage(listening, [])
      }),
    post: (message, transfer = []) => page.postMessage(message, transfer),
    onMessage: (take) => page.addEventListener('message', ({ data }) => take(data)),
  }
}
