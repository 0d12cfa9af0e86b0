/**
 * A simulated chip that warms by what its threads draw: a die on a heat sink, each with its own time constant, read
 * through a thermal zone and a power rail as Linux shows them. Its model is simulated, too: it computes whenever it may.
 */
import type { Reader } from '../../../../hal/index.js'
import { detectDevice } from '../../../../hal/index.js'
import { Governor } from '../../../../sdk/open/governor/governor.js'
import type { GovernorOptions } from '../../../../sdk/open/governor/options.js'
import { VirtualClock } from '../../iot/virtual-clock.js'

export interface ChipOptions {
  readonly threads: number
  /** Watts at rest, and of each thread that computes. */
  readonly idle: number
  readonly each: number
  /** °C around it. */
  readonly ambient: number
  /** °C a watt, and seconds, of the die over its sink and of the sink over the room. */
  readonly die: readonly [number, number]
  readonly sink: readonly [number, number]
  /** Largest error of a reading, °C. */
  readonly noise?: number
  readonly fixed?: boolean
}

/** Milliseconds between two steps of the simulation. */
export const step = 100
const dt = step / 1000

export class Chip {
  readonly clock = new VirtualClock()
  readonly reader: Reader
  governor!: Governor
  threads: number
  /** What the model did in each step: threads that computed, 0 while paused. */
  readonly history: { readonly seconds: number; readonly threads: number; readonly celsius: number; watts: number }[] =
    []
  /** Files that the machine no longer shows. */
  readonly silent = new Set<string>()
  working = true
  #die: number
  #sink: number
  #held = false
  #seed = 1

  constructor(readonly options: ChipOptions) {
    this.threads = options.threads
    this.#sink = options.ambient + options.idle * options.sink[0]
    this.#die = this.#sink + options.idle * options.die[0]
    const read = (path: string) => this.#read(path)
    this.reader = {
      ...{ os: 'linux', arch: 'arm64', read },
      later: { read: async (path) => read(path) },
      list: (path) =>
        path === '/sys/class/thermal'
          ? ['thermal_zone0']
          : path === '/sys/class/hwmon'
            ? ['hwmon0']
            : path.endsWith('hwmon0')
              ? ['name', 'power1_input', 'power1_label']
              : [],
    }
  }

  get celsius(): number {
    return this.#die
  }

  async open(options: GovernorOptions): Promise<this> {
    const engine = {
      threads: this.options.threads,
      ...(this.options.fixed
        ? {}
        : {
            setThreads: (threads: number) => {
              this.threads = threads
            },
          }),
    }
    this.governor = await Governor.open(
      { ...options, clock: this.clock },
      engine,
      this.reader,
      detectDevice(this.reader),
    )
    this.#step()
    return this
  }

  run(seconds: number): Promise<void> {
    return this.clock.run(this.clock.now() + seconds * 1000)
  }

  #step(): void {
    const { idle, each, ambient, die, sink } = this.options
    const computing = this.working && !this.#held ? this.threads : 0
    const watts = idle + computing * each
    this.#sink += ((ambient + watts * sink[0] - this.#sink) * dt) / sink[1]
    this.#die += ((this.#sink + watts * die[0] - this.#die) * dt) / die[1]
    this.history.push({ seconds: this.clock.now() / 1000, threads: computing, celsius: this.#die, watts })
    if (this.working && !this.#held) {
      const held = this.governor.gate()
      this.#held = held !== undefined
      const go = () => {
        this.#held = false
      }
      held?.then(go, go)
    }
    this.clock.after(step, () => this.#step())
  }

  #read(path: string): Uint8Array | undefined {
    const watts = this.history.at(-1)?.watts ?? this.options.idle
    const files: Record<string, string> = {
      '/sys/class/thermal/thermal_zone0/type': 'cpu-thermal',
      '/sys/class/thermal/thermal_zone0/temp': String(Math.round((this.#die + this.#error()) * 1000)),
      '/sys/class/hwmon/hwmon0/name': 'ina3221',
      '/sys/class/hwmon/hwmon0/power1_label': 'VDD_IN',
      '/sys/class/hwmon/hwmon0/power1_input': String(Math.round(watts * 1e6)),
    }
    return files[path] === undefined || this.silent.has(path) ? undefined : new TextEncoder().encode(files[path])
  }

  #error(): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0
    return (this.options.noise ?? 0) * (this.#seed / 2 ** 31 - 1)
  }
}

/** A Raspberry Pi 5 in a warm room without a fan: 45 °C at rest, 97 °C if all four threads went on. */
export const pi5: ChipOptions = {
  ...{ threads: 4, idle: 2.5, each: 1.6, ambient: 30 },
  die: [2, 0.4],
  sink: [5.5, 60],
}
