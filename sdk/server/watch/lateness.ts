/**
 * How late a 100 Hz timer of this process comes: what a control loop beside the decoder would feel.
 * gives  p99 and the worst of the last period, ms · before ./load
 */
import type { Load } from './event.js'

/** Milliseconds between two turns. */
const every = 10
/** Turns that are remembered: a process that hung for a minute should not fill memory with it. */
const most = 6_000

export class Lateness {
  #late: number[] = []
  #due = 0
  #timer: NodeJS.Timeout | undefined

  start(): void {
    this.#due = performance.now() + every
    this.#wait()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#late = []
  }

  /** Of the turns since the last asking. */
  take(): Load['lateness'] {
    const late = this.#late.sort((a, b) => a - b)
    this.#late = []
    return { p99: late[Math.ceil(late.length * 0.99) - 1] ?? 0, max: late.at(-1) ?? 0 }
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#turn(), Math.max(0, this.#due - performance.now()))
    this.#timer.unref()
  }

  /** Every turn that was due counts: a pause of a second is a hundred late turns, not one. */
  #turn(): void {
    const now = performance.now()
    for (; this.#due <= now; this.#due += every) if (this.#late.length < most) this.#late.push(now - this.#due)
    this.#wait()
  }
}
