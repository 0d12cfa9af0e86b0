/**
 * An emergency stop button on a GPIO line of this board, looked at every 5 ms.
 * takes  { chip, line } of gpiodetect and gpioinfo · gives  an Observable for robot({ emergency })
 * before ./emergency · after ./native
 * The ioctls were tried on machines without GPIO only; the lines' levels in the tests are simulated.
 */

import { LutraError } from '../../hal/error.js'
import { Observable } from '../stream/rx.js'
import type { Gpio } from './native.js'

export interface ButtonOptions {
  /** Default `/dev/gpiochip0`. */
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

/** Milliseconds between looks. */
const every = 5

/**
 * Emits the reason as long as it is pressed, at every look. An unreadable line is an error, LutraError io or unsupported,
 * and thereby a stop. Unsubscribing frees the line.
 */
export function button(options: ButtonOptions, gpio?: Gpio): Observable<string> {
  const { chip = '/dev/gpiochip0', line, pull = 'up', activeLow = false, release = 50 } = options
  const reason = `the button on line ${line} of ${chip}`
  return new Observable((subscriber) => {
    let left = false
    let timer: NodeJS.Timeout | undefined
    let free = () => {}
    const watch = (lines: Gpio) => {
      const descriptor = lines.open(chip, line, pull)
      free = () => lines.close(descriptor)
      let resting = Infinity
      const look = () => {
        const pressed = lines.read(descriptor) !== activeLow
        resting = pressed ? 0 : resting + every
        if (resting < release || pressed) subscriber.next(reason)
      }
      look()
      timer = setInterval(() => attempt(look), every)
    }
    const attempt = (act: () => void) => {
      try {
        act()
      } catch (cause) {
        subscriber.error(unreadable(reason, cause))
      }
    }
    if (!Number.isInteger(line) || line < 0)
      return subscriber.error(new LutraError('limit', `Expected a line from 0 on but received ${line}`))
    if (gpio) attempt(() => watch(gpio))
    else
      import('./native.js').then(
        ({ nativeGpio }) => left || attempt(() => watch(nativeGpio())),
        (cause) => subscriber.error(unreadable(reason, cause)),
      )
    return () => {
      left = true
      clearInterval(timer)
      free()
    }
  })
}

function unreadable(reason: string, cause: unknown): LutraError {
  if (cause instanceof LutraError) return cause
  const { code, message } = cause as NodeJS.ErrnoException
  const hints: Record<string, string> = {
    ENOENT: 'gpiodetect lists the chips',
    ENOTTY: 'that is no GPIO chip',
    EACCES: 'add yourself to its group (gpio)',
    EPERM: 'add yourself to its group (gpio)',
    EBUSY: 'another program has it; gpioinfo says which',
    EINVAL: 'gpioinfo lists its lines',
  }
  const hint = hints[code ?? ''] ?? 'check chip and line'
  return new LutraError('io', `Expected to read ${reason} (${message}); ${hint}`, { cause })
}
