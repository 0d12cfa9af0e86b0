/**
 * Which characters of our own code run, by V8's precise coverage: blocks that ran equally often come as one, so only
 * the characters are the same from look to look.
 * takes  which scripts to look at · gives  a map of what ran since the last look
 */
import { type Profiler, Session } from 'node:inspector/promises'

/** A byte for each character of a function, 1 where it ran; by script and place. */
export type Ran = Map<string, Uint8Array>

export class Coverage {
  readonly #session = new Session()

  constructor(private readonly scripts: RegExp) {}

  async start(): Promise<void> {
    this.#session.connect()
    await this.#session.post('Profiler.enable')
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Looking sets every count back to nothing. */
  async take(): Promise<Ran> {
    const taken = (await this.#session.post('Profiler.takePreciseCoverage')) as Profiler.TakePreciseCoverageReturnType
    const ran: Ran = new Map()
    for (const { url, functions } of taken.result) {
      if (!this.scripts.test(url)) continue
      for (const { ranges } of functions) {
        const [{ startOffset: from, endOffset: to, count }] = ranges
        if (count === 0) continue
        const places = new Uint8Array(to - from)
        // Inner ranges come after those around them.
        for (const range of ranges)
          places.fill(Math.min(range.count, 1), range.startOffset - from, range.endOffset - from)
        ran.set(`${url} ${from}`, places)
      }
    }
    return ran
  }

  async stop(): Promise<void> {
    await this.#session.post('Profiler.stopPreciseCoverage')
    this.#session.disconnect()
  }
}

/** What ran in `ran` and not in `before`. */
export function without(ran: Ran, before: Ran): Ran {
  const rest: Ran = new Map()
  for (const [name, places] of ran) {
    const known = before.get(name)
    const left = known ? places.map((place, i) => place & ~known[i]) : places
    if (left.includes(1)) rest.set(name, left)
  }
  return rest
}

export function meet(a: Ran, b: Ran): boolean {
  for (const [name, places] of b) if (a.get(name)?.some((place, i) => place & places[i])) return true
  return false
}

/** Adds `ran` to `all`. */
export function join(all: Ran, ran: Ran): void {
  for (const [name, places] of ran) {
    const known = all.get(name)
    if (known) for (let i = 0; i < known.length; i++) known[i] |= places[i]
    else all.set(name, places.slice())
  }
}

export function count(ran: Ran): number {
  let characters = 0
  for (const places of ran.values()) for (const place of places) characters += place
  return characters
}
