/**
 * A GPIO line as an output: a lamp, a relay, a horn.
 * takes  { chip, line } of gpiodetect and gpioinfo · gives  the line, held until it is closed
 * after ./find, ./native
 */
import { checkLine, findChip, unusable } from './find.js'
import type { Gpio } from './gpio.js'
import { nativeGpio } from './native.js'

export interface OutputOptions {
  /** A path or a label. Default `/dev/gpiochip0`. */
  readonly chip?: string
  /** Number of the line on its chip, from 0. */
  readonly line: number
  /** Level at first, and again when it is closed. Default false. */
  readonly rest?: boolean
  /** True: on is a low level, as most relay boards have it. Default false. */
  readonly activeLow?: boolean
  /** Default push and pull. */
  readonly drive?: 'open-drain' | 'open-source'
}

export interface GpioOutput extends Disposable {
  readonly on: boolean
  set(on: boolean): void
  /** Puts it at rest and gives it back. What the line does then is the chip's matter: mostly it keeps its level. */
  close(): void
}

/** LutraError io or unsupported where it cannot be had. */
export function gpioOutput(options: OutputOptions, gpio?: Gpio): GpioOutput {
  const { chip = '/dev/gpiochip0', line, rest = false, activeLow = false, drive } = options
  const use = <T>(act: () => T): T => {
    try {
      return act()
    } catch (cause) {
      throw unusable(`line ${line} of ${chip}`, cause)
    }
  }
  checkLine(line)
  const held = use(() => {
    const lines = gpio ?? nativeGpio()
    const asked = { output: true, values: [rest], activeLow, drive, consumer: 'lutra output' }
    return lines.request(findChip(lines, chip), [line], asked)
  })
  let on = rest
  const set = (value: boolean) => {
    use(() => held.set([value]))
    on = value
  }
  let open = true
  const close = () => {
    if (!open) return
    open = false
    try {
      set(rest)
    } finally {
      held.close()
    }
  }
  return {
    get on() {
      return on
    },
    set,
    close,
    [Symbol.dispose]: close,
  }
}
