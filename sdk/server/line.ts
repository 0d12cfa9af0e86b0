/**
 * Who may compute now, and who waits: a few places, a bounded line, fair between clients.
 * takes  a client's name, a signal · gives  a place to leave again; a Fault 429 (too many wait) or 503 (waited too long)
 * after  ./openai, ./robot
 * The next place goes to the client that holds the fewest, among equals to the one that came or was served longest ago. A full
 * line refuses the newest of whoever has most in it, so that nobody can keep others out.
 */
import { LutraError } from '../../hal/error.js'
import { Fault } from './fault.js'

export interface LineOptions {
  readonly places: number
  readonly most: number
  /** Milliseconds that one may wait. */
  readonly patience: number
}

interface Waiting {
  enter(): void
  refuse(fault: unknown): void
}

interface Client {
  running: number
  readonly waiting: Waiting[]
}

export class Line {
  /** In the order of who came or was served longest ago. */
  readonly #clients = new Map<string, Client>()
  #running = 0
  #waiting = 0
  #closed = false

  constructor(readonly options: LineOptions) {}

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting
  }

  /** Resolves to what gives the place back. Aborting the signal leaves the line with LutraError cancelled. */
  async enter(name: string, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw gone()
    if (this.#closed) throw closing()
    const client = this.#clients.get(name) ?? { running: 0, waiting: [] }
    this.#clients.set(name, client)
    if (this.#running < this.options.places && this.#waiting === 0) return this.#take(name, client)
    try {
      this.#makeRoom(client)
    } catch (fault) {
      this.#forget(name, client)
      throw fault
    }
    return this.#wait(name, client, signal)
  }

  /** Refuses all that wait, and all that come. */
  close(): void {
    this.#closed = true
    for (const { waiting } of [...this.#clients.values()]) for (const each of waiting.splice(0)) each.refuse(closing())
  }

  #wait(name: string, client: Client, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        this.#waiting--
      }
      const waiting: Waiting = {
        enter: () => {
          settle()
          resolve(this.#take(name, client))
        },
        refuse: (fault) => {
          settle()
          this.#forget(name, client)
          reject(fault)
        },
      }
      const leave = (fault: unknown) => {
        client.waiting.splice(client.waiting.indexOf(waiting), 1)
        waiting.refuse(fault)
      }
      const onAbort = () => leave(gone())
      const timer = setTimeout(() => leave(waitedTooLong(this.options.patience)), this.options.patience)
      signal.addEventListener('abort', onAbort, { once: true })
      client.waiting.push(waiting)
      this.#waiting++
    })
  }

  #take(name: string, client: Client): () => void {
    this.#running++
    client.running++
    // To the end: it was served last.
    this.#clients.delete(name)
    this.#clients.set(name, client)
    let left = false
    return () => {
      if (left) return
      left = true
      this.#running--
      client.running--
      this.#forget(name, client)
      this.#next()
    }
  }

  #next(): void {
    while (this.#running < this.options.places && this.#waiting > 0) {
      let chosen: Client | undefined
      for (const client of this.#clients.values())
        if (client.waiting.length > 0 && !(chosen && chosen.running <= client.running)) chosen = client
      chosen?.waiting.shift()?.enter()
    }
  }

  #makeRoom(client: Client): void {
    if (this.#waiting < this.options.most) return
    let greediest: Client | undefined
    for (const each of this.#clients.values())
      if (each.waiting.length > (greediest?.waiting.length ?? 0)) greediest = each
    if (!greediest || greediest.waiting.length <= client.waiting.length + 1) throw full(this.options.most)
    greediest.waiting.pop()?.refuse(full(this.options.most))
  }

  #forget(name: string, client: Client): void {
    if (client.running === 0 && client.waiting.length === 0 && this.#clients.get(name) === client)
      this.#clients.delete(name)
  }
}

function full(most: number): Fault {
  return new Fault(429, `Expected at most ${most} waiting requests; try again later`, {
    code: 'rate_limit_exceeded',
    retryAfter: 1,
  })
}

function waitedTooLong(patience: number): Fault {
  return new Fault(503, `Expected a free place within ${patience / 1000} s but all are taken; try again later`, {
    code: 'overloaded',
    retryAfter: 5,
  })
}

function closing(): Fault {
  return new Fault(503, 'Expected a running server but it is closing; try again later', {
    code: 'closing',
    retryAfter: 5,
    headers: { Connection: 'close' },
  })
}

function gone(): LutraError {
  return new LutraError('cancelled', 'Expected to wait for a place but the client went away')
}
