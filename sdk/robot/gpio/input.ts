/**
 * A GPIO line as an input: its level now, and every change.
 * takes  { chip, line } of gpiodetect and gpioinfo · gives  an Observable
 * before ../button · after ./find, ./native
 */
import { Observable } from '../../stream/rx.js'
import { checkLine, findChip, unusable } from './find.js'
import type { Gpio, HeldLines, LineOptions } from './gpio.js'
import { nativeGpio } from './native.js'

export interface InputOptions {
  /** A path or a label. Default `/dev/gpiochip0`. */
  readonly chip?: string
  /** Number of the line on its chip, from 0. */
  readonly line: number
  /** The chip's own resistor. Default `up`. */
  readonly pull?: 'up' | 'down' | 'none'
  /** True: a low level is true. Default false. */
  readonly activeLow?: boolean
  /** Microseconds that a level must last before it counts. Default 0. */
  readonly debounce?: number
  /** Milliseconds between looks at a line whose chip gives no interrupts. Default 5. */
  readonly every?: number
}

export interface Level {
  readonly high: boolean
  /** Nanoseconds of the clock of `process.hrtime.bigint()`: the kernel's stamp; of a look, its own time. */
  readonly nanoseconds: bigint
  /** Changes that were lost before this one, since nobody read for long. */
  readonly missed: number
}

/**
 * The level at first, then every change, by the kernel's interrupts where the chip has them, else by looks. LutraError io
 * or unsupported where it cannot be read, or not any more. Unsubscribing frees the line.
 */
export function gpioInput(options: InputOptions, gpio?: Gpio): Observable<Level> {
  const { chip = '/dev/gpiochip0', line, pull = 'up', activeLow = false, debounce = 0, every = 5 } = options
  return new Observable((subscriber) => {
    const fail = (cause: unknown) => subscriber.error(unusable(`line ${line} of ${chip}`, cause))
    try {
      checkLine(line)
      const lines = gpio ?? nativeGpio()
      const asked = { bias: pull, activeLow, debounce, consumer: 'lutra input' }
      const { held, edges } = requestEdges(lines, findChip(lines, chip), line, asked)
      subscriber.add(() => held.close())
      let last = held.get()[0]
      subscriber.next({ high: last, nanoseconds: process.hrtime.bigint(), missed: 0 })
      if (edges) {
        let sequence = 0
        held.watch((found, error) => {
          for (const edge of found) {
            const missed = Math.max(0, edge.sequence - sequence - 1)
            sequence = edge.sequence
            subscriber.next({ high: edge.rising, nanoseconds: edge.nanoseconds, missed })
          }
          if (error) fail(error)
        })
        return
      }
      const timer = setInterval(() => {
        try {
          const [high] = held.get()
          if (high !== last) subscriber.next({ high, nanoseconds: process.hrtime.bigint(), missed: 0 })
          last = high
        } catch (cause) {
          fail(cause)
        }
      }, every)
      subscriber.add(() => clearInterval(timer))
    } catch (cause) {
      fail(cause)
    }
  })
}

/** One input line with edges of both kinds, or without where its chip has no interrupts. */
export function requestEdges(
  gpio: Gpio,
  path: string,
  line: number,
  options: LineOptions,
): { readonly held: HeldLines; readonly edges: boolean } {
  try {
    return { held: gpio.request(path, [line], { ...options, edges: 'both' }), edges: true }
  } catch {
    // ENXIO, ENOTSUPP and the like: no interrupt. What is wrong with the line itself is so without edges, too.
    return { held: gpio.request(path, [line], options), edges: false }
  }
}
