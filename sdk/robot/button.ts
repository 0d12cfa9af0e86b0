/**
 * An emergency stop button on a GPIO line of this board.
 * takes  { chip, line } of gpiodetect and gpioinfo · gives  an Observable for robot({ emergency })
 * before ./emergency · after ./gpio
 */
import { Observable } from '../stream/rx.js'
import { checkLine, findChip, unusable } from './gpio/find.js'
import type { Gpio } from './gpio/gpio.js'
import { requestEdges } from './gpio/input.js'
import { nativeGpio } from './gpio/native.js'

export interface ButtonOptions {
  /** A path, or a label, which stays the same where numbers do not: `pinctrl-rp1`. Default `/dev/gpiochip0`. */
  readonly chip?: string
  /** Number of the line on its chip, from 0. */
  readonly line: number
  /** The chip's own resistor. Default `up`. */
  readonly pull?: 'up' | 'down' | 'none'
  /**
   * Which level is the stop. Default false: high. With `pull: 'up'` that is a contact to ground that opens when pressed
   * (normally closed), so that a cut wire stops as well. True: low; with a contact to ground that closes when pressed, a
   * cut wire goes unnoticed.
   */
  readonly activeLow?: boolean
  /** Milliseconds that it must rest before it counts as released; a press counts at once. Default 50. */
  readonly release?: number
}

/** Milliseconds between looks: an edge only makes the next one come at once, so a lost one costs no more than this. */
const every = 5

/**
 * Emits the reason as long as it is pressed: at any edge where the chip has interrupts, and at every look, each 5 ms. An
 * unreadable line is an error, LutraError io or unsupported, and thereby a stop. Unsubscribing frees the line.
 */
export function button(options: ButtonOptions, gpio?: Gpio): Observable<string> {
  const { chip = '/dev/gpiochip0', line, pull = 'up', activeLow = false, release = 50 } = options
  const reason = `the button on line ${line} of ${chip}`
  return new Observable((subscriber) => {
    const attempt = (act: () => void) => {
      try {
        act()
      } catch (cause) {
        subscriber.error(unusable(reason, cause))
      }
    }
    const watch = (lines: Gpio) => {
      const asked = { bias: pull, consumer: 'lutra emergency stop' }
      const { held, edges } = requestEdges(lines, findChip(lines, chip), line, asked)
      subscriber.add(() => held.close())
      let resting = Infinity
      const look = (step: number) => {
        const pressed = held.get()[0] !== activeLow
        resting = pressed ? 0 : resting + step
        if (resting < release || pressed) subscriber.next(reason)
      }
      look(0)
      const timer = setInterval(() => attempt(() => look(every)), every)
      subscriber.add(() => clearInterval(timer))
      if (!edges) return
      held.watch((_, error) => {
        if (error) return subscriber.error(unusable(reason, error))
        // One side of every edge is pressed. Which one it was Linux tells by the level some time later, so that of a press
        // shorter than that only a release may be told.
        resting = 0
        attempt(() => look(0))
      })
    }
    attempt(() => {
      checkLine(line)
      watch(gpio ?? nativeGpio())
    })
  })
}
