/**
 * Lets other work of this thread go first, and no longer: timers, sockets, a page's frames.
 * gives  a promise for the next turn of the event loop · before ./turns
 */

/** What this file uses of Node and of a page; either has one of them. */
const { setImmediate, MessageChannel } = globalThis as unknown as {
  readonly setImmediate?: (turn: () => void) => unknown
  readonly MessageChannel: new () => {
    readonly port1: { onmessage?: () => void; close(): void }
    readonly port2: { postMessage(message: unknown): void }
  }
}

export function pause(): Promise<void> {
  return new Promise((done) => {
    if (setImmediate) return void setImmediate(done)
    // A page's timers wait four milliseconds once they are nested; a message to oneself does not.
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      done()
    }
    port2.postMessage(undefined)
  })
}
