/**
 * A simulated GPIO line with a normally closed button between it and ground: low at rest, high when pressed or cut.
 * gives  { gpio } for button(options, gpio), and the finger: press() and release()
 * board  none: runs everywhere
 */
import type { button } from '../../sdk/index.js'

type Gpio = NonNullable<Parameters<typeof button>[1]>

export interface SimulatedLine {
  readonly gpio: Gpio
  press(): void
  release(): void
}

export function simulatedLine(): SimulatedLine {
  let high = false
  const gpio: Gpio = { open: () => 1, read: () => high, close: () => {} }
  return {
    gpio,
    press: () => {
      high = true
    },
    release: () => {
      high = false
    },
  }
}
