/** What the tests see of a simulated board: its motors, and switches to break it. Each speaks its protocol by itself. */
import type { Transport } from '../../../../../sdk/robot/transport.js'

export interface SimulatedBoard {
  /** A motor is driven or still rolling. */
  readonly moving: boolean
  /** It has moved since it was made. */
  readonly moved: boolean
  /** Hears, acts, and says nothing. */
  mute: boolean
  /** Ends its clock. */
  off(): void
}

/** Wheels or joints that follow what they are told with a little lag, stepped by a clock of 5 ms. */
export class Clock {
  readonly #timer: NodeJS.Timeout
  #last = performance.now()

  constructor(step: (seconds: number, now: number) => void) {
    this.#timer = setInterval(() => {
      const now = performance.now()
      step((now - this.#last) / 1000, now)
      this.#last = now
    }, 5)
  }

  off(): void {
    clearInterval(this.#timer)
  }
}

/** A motor with a gear: follows its set-point with a time constant of 20 ms, and stands below a thousandth. */
export class Motor {
  target = 0
  speed = 0
  rolled = 0

  step(seconds: number): void {
    this.speed += (this.target - this.speed) * (1 - Math.exp(-seconds / 0.02))
    if (Math.abs(this.speed - this.target) < 1e-3) this.speed = this.target
    this.rolled += this.speed * seconds
  }

  get moving(): boolean {
    return this.speed !== 0 || this.target !== 0
  }
}

/** Says something where the board is not mute and the line still open. */
export function speaker(board: { mute: boolean }, line: Transport) {
  return (bytes: Uint8Array | readonly number[] | string) => {
    if (board.mute) return
    const out = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : Uint8Array.from(bytes)
    line.write(out).catch(() => {})
  }
}
