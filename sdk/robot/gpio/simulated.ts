/**
 * A simulated GPIO chip, in memory: for tests, and for apps that run without hardware.
 * gives  a Gpio to hand to button, gpioInput and gpioOutput, and the ends that a wire would have
 */
import type { Edge, Gpio, HeldLines } from './gpio.js'

export interface SimulatedGpio extends Gpio {
  readonly simulated: true
  /** Puts a level on a line from outside, as a switch does. */
  drive(line: number, high: boolean): void
  /** What is on a line. */
  level(line: number): boolean
}

interface Held {
  readonly lines: readonly number[]
  readonly activeLow: boolean
  readonly edges?: 'rising' | 'falling' | 'both'
  /** Edges so far, by line. */
  readonly counts: Map<number, number>
  readonly listeners: Set<(edges: readonly Edge[]) => void>
}

/** `label` and `lines` as a real chip has them; its path is `/dev/gpiochip0`. */
export function simulatedGpio(label = 'simulated', lines = 54): SimulatedGpio {
  const path = '/dev/gpiochip0'
  const levels = new Map<number, boolean>()
  const held = new Set<Held>()
  const put = (line: number, high: boolean) => {
    const before = levels.get(line) ?? false
    // Driven low is more than nothing on it: a resistor does not lift it.
    levels.set(line, high)
    if (before === high) return
    for (const each of held) {
      const rising = high !== each.activeLow
      if (!each.lines.includes(line) || (each.edges !== 'both' && each.edges !== (rising ? 'rising' : 'falling')))
        continue
      const sequence = (each.counts.get(line) ?? 0) + 1
      each.counts.set(line, sequence)
      for (const listen of each.listeners) listen([{ line, rising, nanoseconds: process.hrtime.bigint(), sequence }])
    }
  }
  return {
    simulated: true,
    drive: put,
    level: (line) => levels.get(line) ?? false,
    chips: () => [{ path, label, lines }],
    request(chip, wanted, options): HeldLines {
      if (chip !== path) throw failure('ENOENT', `Cannot open ${chip}: no such simulated chip`)
      const taken = wanted.find((line) => [...held].some((each) => each.lines.includes(line)))
      if (taken !== undefined) throw failure('EBUSY', `Cannot have line ${taken} of ${chip}: it is taken`)
      if (wanted.some((line) => line >= lines)) throw failure('EINVAL', `Cannot have line ${wanted} of ${chip}`)
      const { activeLow = false, edges, output = false, values = [], bias } = options
      const mine: Held = { lines: wanted, activeLow, edges, counts: new Map(), listeners: new Set() }
      held.add(mine)
      const set = (given: readonly boolean[]) =>
        wanted.forEach((line, i) => {
          put(line, (given[i] ?? false) !== activeLow)
        })
      if (output) set(values)
      else if (bias === 'up') for (const line of wanted) if (!levels.has(line)) levels.set(line, true)
      return {
        get: () => wanted.map((line) => (levels.get(line) ?? false) !== activeLow),
        set,
        watch(listen) {
          mine.listeners.add(listen)
          return () => mine.listeners.delete(listen)
        },
        close: () => held.delete(mine),
      }
    },
  }
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
