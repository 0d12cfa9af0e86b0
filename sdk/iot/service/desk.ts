/**
 * Who may come in: a bounded queue, a share for each client, a rate, and a memory so that what came twice is done once.
 * takes  requests by key and client · gives  in turn, the answer that was given before, or LutraError limit
 * before ../request/request · after ./service
 */
import { LutraError } from '../../../hal/error.js'

export interface DeskLimits {
  /** Requests worked on at the same time. Default 1. */
  readonly concurrent: number
  /** Requests that may wait. Default 16. */
  readonly queue: number
  /** Requests of one client, waiting or worked on. A client is a response topic, or the "client" of a JSON prompt. Default 4. */
  readonly perClient: number
  /** Most requests in so many milliseconds, over all clients. Default 120 in 60000. */
  readonly rate: { readonly requests: number; readonly ms: number }
  /** Finished requests whose ids and answers are remembered. Default 256. */
  readonly remembered: number
}

export const deskLimits: DeskLimits = {
  concurrent: 1,
  queue: 16,
  perClient: 4,
  rate: { requests: 120, ms: 60_000 },
  remembered: 256,
}

interface Turn {
  readonly client: string
  readonly begin: () => void
  readonly refuse: (why: LutraError) => void
}

export class Desk<A> {
  readonly #waiting: Turn[] = []
  readonly #perClient = new Map<string, number>()
  readonly #recent: number[] = []
  /** Answers by key; undefined while there is none yet. In the order they came. */
  readonly #known = new Map<string, A | undefined>()
  #running = 0

  constructor(
    readonly limits: DeskLimits,
    readonly now: () => number = () => performance.now(),
  ) {}

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Whether this was seen before, and what was answered if it is known. */
  seen(key: string): { readonly answer: A | undefined } | undefined {
    return this.#known.has(key) ? { answer: this.#known.get(key) } : undefined
  }

  /** Marks it as seen, whatever becomes of it. */
  remember(key: string, answer?: A): void {
    this.#known.set(key, answer)
    for (const [old, given] of this.#known) {
      if (this.#known.size <= this.limits.remembered) break
      // What is still under way must not be begun again.
      if (given !== undefined) this.#known.delete(old)
    }
  }

  /** As if it had never been seen. */
  forget(key: string): void {
    this.#known.delete(key)
  }

  /** Begins it now or in turn. LutraError limit where there is no room; `refuse` is called where it is let go while it waits. */
  admit(turn: Turn): void {
    const { concurrent, queue, perClient, rate } = this.limits
    const now = this.now()
    while (this.#recent.length > 0 && now - this.#recent[0] >= rate.ms) this.#recent.shift()
    if (this.#recent.length >= rate.requests)
      throw new LutraError('limit', `Expected at most ${rate.requests} requests in ${rate.ms} ms; try later`)
    const mine = this.#perClient.get(turn.client) ?? 0
    if (mine >= perClient)
      throw new LutraError(
        'limit',
        `Expected at most ${perClient} requests of one client at a time; wait for an answer`,
      )
    if (this.#running >= concurrent && this.#waiting.length >= queue)
      throw new LutraError('limit', `Expected at most ${queue} requests to wait; try later`)
    this.#recent.push(now)
    this.#perClient.set(turn.client, mine + 1)
    this.#waiting.push(turn)
    this.#next()
  }

  /** To be called once for each that was begun. */
  leave(client: string): void {
    this.#running--
    this.#forget(client)
    this.#next()
  }

  /** Lets go all that wait. */
  clear(why: LutraError): void {
    for (const turn of this.#waiting.splice(0)) {
      this.#forget(turn.client)
      turn.refuse(why)
    }
  }

  #next(): void {
    while (this.#running < this.limits.concurrent) {
      const turn = this.#waiting.shift()
      if (turn === undefined) return
      this.#running++
      turn.begin()
    }
  }

  #forget(client: string): void {
    const left = (this.#perClient.get(client) ?? 1) - 1
    if (left > 0) this.#perClient.set(client, left)
    else this.#perClient.delete(client)
  }
}
