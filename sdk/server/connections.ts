/**
 * Which requests hang on which connection, so that all of them end when it does, also those that wait behind others in it.
 * takes  requests · gives  a signal each · after ./listen
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export class Connections {
  readonly #all = new Set<AbortController>()
  readonly #bySocket = new WeakMap<Socket, Set<AbortController>>()
  #idle: (() => void)[] = []

  /** The signal aborts when the connection closes before the answer has ended. */
  begin({ socket }: IncomingMessage, response: ServerResponse): AbortSignal {
    const controller = new AbortController()
    const siblings = this.#siblings(socket)
    siblings.add(controller)
    this.#all.add(controller)
    const done = () => {
      siblings.delete(controller)
      this.#all.delete(controller)
      if (this.#all.size === 0) for (const resolve of this.#idle.splice(0)) resolve()
    }
    response.once('close', () => {
      if (!response.writableFinished) controller.abort()
      done()
    })
    // An answer that waits behind another one is never told of the end: its connection is.
    controller.signal.addEventListener('abort', done, { once: true })
    return controller.signal
  }

  /** Resolves when no answer is under way. */
  idle(): Promise<void> {
    return this.#all.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  abortAll(): void {
    for (const controller of [...this.#all]) controller.abort()
  }

  #siblings(socket: Socket): Set<AbortController> {
    const known = this.#bySocket.get(socket)
    if (known) return known
    const siblings = new Set<AbortController>()
    this.#bySocket.set(socket, siblings)
    socket.once('close', () => {
      for (const controller of [...siblings]) controller.abort()
    })
    return siblings
  }
}
