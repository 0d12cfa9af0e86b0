/**
 * The last minutes of what was told, so that a page opened later, or back after a pause, sees them.
 * takes  events, numbered and as the text that is sent · gives  those after a number, in order
 * before ./hub · Bounded in bytes for each kind apart: tokens must not push verdicts out, nor telemetry prompts.
 */
import type { Happening } from './watch.js'

export interface Kept {
  readonly n: number
  readonly kind: Kind
  /** The frame of server-sent events, ready to send. */
  readonly frame: string
}

export type Kind = 'token' | 'load' | 'robot' | 'word'

/** Characters kept of each: about a thousand tokens, ten minutes of load, five of telemetry at 4 Hz, hundreds of actions. */
const room: Readonly<Record<Kind, number>> = { token: 160_000, load: 320_000, robot: 320_000, word: 160_000 }
/** Longest text of one event, in characters: a prompt may be a book. */
const longest = 2_000

export class Ring {
  readonly #kept: Record<Kind, Kept[]> = { token: [], load: [], robot: [], word: [] }
  readonly #size: Record<Kind, number> = { token: 0, load: 0, robot: 0, word: 0 }
  /** The newest number that has been forgotten. */
  #forgotten = 0

  push(one: Kept): void {
    const list = this.#kept[one.kind]
    list.push(one)
    this.#size[one.kind] += one.frame.length
    let leave = 0
    while (this.#size[one.kind] > room[one.kind] && leave < list.length - 1) {
      this.#size[one.kind] -= list[leave].frame.length
      // A missing token is no reason to begin anew, a missing verdict is.
      if (!droppable(one.kind)) this.#forgotten = Math.max(this.#forgotten, list[leave].n)
      leave++
    }
    if (leave > 0) list.splice(0, leave)
  }

  /** Whether nothing but tokens is missing after `n`. */
  reaches(n: number): boolean {
    return n >= this.#forgotten
  }

  after(n: number): readonly Kept[] {
    return Object.values(this.#kept)
      .flatMap((list) => list.filter((one) => one.n > n))
      .sort((a, b) => a.n - b.n)
  }
}

/** What a slow page can do without. */
export function droppable(kind: Kind): boolean {
  return kind === 'token' || kind === 'load'
}

export function kindOf({ type }: Happening): Kind {
  return type === 'token' || type === 'load' || type === 'robot' ? type : 'word'
}

/** JSON of bounded length: long texts are clipped, and an object that is still too long is told by its size. */
export function clippedJson(event: object): string {
  const clip = (_: string, value: unknown) =>
    typeof value === 'string' && value.length > longest
      ? `${value.slice(0, longest)}… (${value.length} characters)`
      : typeof value === 'bigint'
        ? String(value)
        : value
  const text = JSON.stringify(event, clip)
  if (text.length <= 8 * longest) return text
  const small = Object.entries(event).map(([key, value]) => {
    const size = (JSON.stringify(value, clip) ?? '').length
    return [key, size <= longest ? value : `… (${size} characters)`]
  })
  return JSON.stringify(Object.fromEntries(small), clip)
}
