/**
 * Virtual time: timers, clocks and chance of this process, driven by hand, so that a run of seconds takes milliseconds and
 * the same seed gives the same run. Promises stay real: after each timer everything that can settle settles.
 * gives  run(until, limit); as(owner) marks whose timers are made; pause() holds the host's back, as a stalled process would
 */
type Owner = 'host' | 'board' | 'line'

interface Timer {
  readonly id: number
  readonly owner: Owner
  readonly every: number | undefined
  readonly call: () => void
  due: number
}

const real = { setImmediate, random: Math.random, date: Date.now, now: performance.now }
const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const
/** Real turns of the event loop in which nothing happens, after which nothing will: an import takes a few. */
const idle = 2000

export class Clock implements Disposable {
  now = 1000
  #owner: Owner = 'host'
  #held = 0
  #count = 0
  readonly #timers = new Map<number, Timer>()
  readonly #before = Object.fromEntries(names.map((name) => [name, globalThis[name]]))

  constructor(random: () => number) {
    const add = (call: (...given: unknown[]) => void, ms: unknown, given: unknown[], repeat: boolean) => {
      const after = Math.max(1, Number(ms) || 0)
      const timer = { id: ++this.#count, owner: this.#owner, every: repeat ? after : undefined, due: this.now + after }
      this.#timers.set(timer.id, { ...timer, call: () => call(...given) })
      const handle = { id: timer.id, ref: () => handle, unref: () => handle, hasRef: () => true, refresh: () => handle }
      return handle
    }
    const drop = (handle: unknown) => void this.#timers.delete((handle as { id?: number } | undefined)?.id ?? -1)
    Object.assign(globalThis, {
      setTimeout: (call: () => void, ms?: number, ...given: unknown[]) => add(call, ms, given, false),
      setInterval: (call: () => void, ms?: number, ...given: unknown[]) => add(call, ms, given, true),
      // Soon, and after what is due already: a hundredth of a millisecond.
      setImmediate: (call: () => void, ...given: unknown[]) => {
        const handle = add(call, 1, given, false)
        this.#timers.get(handle.id)!.due = this.now + 0.01
        return handle
      },
      clearTimeout: drop,
      clearInterval: drop,
      clearImmediate: drop,
    })
    performance.now = () => this.now
    Date.now = () => 1.7e12 + this.now
    Math.random = random
  }

  /** Timers that `fn` makes, and those that they make, belong to this owner. */
  as<T>(owner: Owner, fn: () => T): T {
    const before = this.#owner
    this.#owner = owner
    try {
      return fn()
    } finally {
      this.#owner = before
    }
  }

  /** The host does nothing for `ms`. */
  pause(ms: number): void {
    this.#held = Math.max(this.#held, this.now + ms)
  }

  pending(owner: Owner): number {
    return [...this.#timers.values()].filter((timer) => timer.owner === owner).length
  }

  /** Goes on until `until`; false where `limit` ms pass, or nothing can happen any more, before that. */
  async run(until: () => boolean, limit: number): Promise<boolean> {
    const end = this.now + limit
    for (let quiet = 0; !until(); ) {
      const next = this.#next()
      if (next && next.due > end) {
        this.now = end
        return until()
      }
      if (next) this.#fire(next)
      else if (++quiet > idle) return until()
      await this.settle()
    }
    return true
  }

  /** Lets promises settle without any time passing. */
  settle(): Promise<void> {
    return new Promise((done) => real.setImmediate(done))
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#before)
    Math.random = real.random
    Date.now = real.date
    performance.now = real.now
  }

  #next(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers.values()) {
      if (timer.owner === 'host' && timer.due < this.#held) timer.due = this.#held
      if (!first || timer.due < first.due) first = timer
    }
    return first
  }

  #fire(timer: Timer): void {
    this.now = Math.max(this.now, timer.due)
    if (timer.every === undefined) this.#timers.delete(timer.id)
    else timer.due = this.now + timer.every
    this.as(timer.owner, timer.call)
  }
}
