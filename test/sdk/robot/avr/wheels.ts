/**
 * The independent eye on an emulated board: looks at the pins of the motor driver, and at nothing that the firmware says.
 * takes  every change of a pin · gives  which wheel is driven which way, at which duty, and since when, by the chip's clock
 * after ./chip
 */
import { type Chip, cyclesPerMs, type Port } from './chip.js'

/** Milliseconds over which a duty is measured: about twenty periods of the PWM. */
const grain = 5

/** Duties from -1 to 1, forward positive, over one grain that ended at `ms`. */
export interface Turning {
  readonly ms: number
  readonly left: number
  readonly right: number
}

export class Wheels {
  /** Grains in which a wheel was driven. */
  readonly turning: Turning[] = []
  /** When a wheel was last driven, in ms of the chip's clock. */
  last = -Infinity
  /** Width of the last whole pulse to the servo, in microseconds. */
  pulse = 0
  #rise = 0
  #driven: Record<Port, number> = { B: 0, C: 0, D: 0 }
  #from = 0
  #left = 0
  #right = 0
  #ends = grain * cyclesPerMs

  constructor(readonly chip: Chip) {
    chip.onPins = (port, driven) => {
      this.look()
      if (port === 'B' && (driven ^ this.#driven.B) & 2) {
        if (driven & 2) this.#rise = chip.cycles
        else this.pulse = (1000 * (chip.cycles - this.#rise)) / cyclesPerMs
      }
      this.#driven[port] = driven
    }
  }

  /** Is either wheel driven? The duty may be small: a whole grain is asked. */
  get moving(): boolean {
    this.look()
    return this.chip.ms - this.last < grain
  }

  /** The LED of the board. */
  get lamp(): boolean {
    return (this.#driven.B & 0x20) !== 0
  }

  /** Adds up what was driven until now. */
  look(): void {
    const { B, D } = this.#driven
    // Awake, a direction, and the speed pin high: only then does current flow.
    const awake = B & 4
    const left = awake && D & 0x40 ? Math.sign((D & 0x80) - ((D & 0x10) << 3)) : 0
    const right = awake && D & 0x20 ? Math.sign(((B & 1) << 4) - (B & 0x10)) : 0
    const now = this.chip.cycles
    while (this.#from < now) {
      const to = Math.min(now, this.#ends)
      this.#left += left * (to - this.#from)
      this.#right += right * (to - this.#from)
      if (left || right) this.last = to / cyclesPerMs
      this.#from = to
      if (to === this.#ends) this.#close()
    }
  }

  #close(): void {
    const whole = grain * cyclesPerMs
    const [left, right] = [this.#left / whole, this.#right / whole]
    if (left || right) this.turning.push({ ms: this.#ends / cyclesPerMs, left, right })
    this.#left = 0
    this.#right = 0
    this.#ends += whole
  }
}
