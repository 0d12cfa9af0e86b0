/**
 * Which requests hang on which connection, so that all of them end when it does, also those that wait behind others in it.
 * takes  requests · gives  a signal each · after ./listen
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

interface Open {
  readonly controller: AbortController
  /** Nobody waits for this answer any more. */
  done(): void
}

export class Connections {
  readonly #all = new Set<Open>()
  readonly #bySocket = new WeakMap<Socket, Set<Open>>()
  #idle: (() => void)[] = []

  /** The signal aborts when the connection closes before the answer has ended. */
  begin({ socket }: IncomingMessage, response: ServerResponse): AbortSignal {
    const controller = new AbortController()
    const siblings = this.#siblings(socket)
    const open: Open = {
      controller,
      done: () => {
        siblings.delete(open)
        this.#all.delete(open)
        if (this.#all.size === 0) for (const resolve of this.#idle.splice(0)) resolve()
      },
    }
    siblings.add(open)
    this.#all.add(open)
    response.once('close', () => {
      if (!response.writableFinished) controller.abort()
      open.done()
    })
    return controller.signal
  }

  /** Resolves when no answer is under way. */
  idle(): Promise<void> {
    return this.#all.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  abortAll(): void {
    for (const { controller } of [...this.#all]) controller.abort()
  }

  #siblings(socket: Socket): Set<Open> {
    const known = this.#bySocket.get(socket)
    if (known) return known
    const siblings = new Set<Open>()
    this.#bySocket.set(socket, siblings)
    // An answer that waits behind another one is not told of the end by itself.
    socket.once('close', () => {
      for (const { controller, done } of [...siblings]) {
        controller.abort()
        done()
      }
    })
    return siblings
  }
}
