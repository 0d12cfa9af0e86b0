/**
 * Keeps a running model within a budget of heat or power: takes threads away one by one, pauses between passes where one is
 * still too much, and gives back.
 * takes  options, an engine, a reader · gives  `gate` for SharedProgram, events, what it does now
 * before ./rule, ./sensors · after ../../open. It looks once a second, beside other work.
 */

import type { Engine } from '../../../hal/backend.js'
import { backgroundClock, type Clock } from '../../../hal/clock.js'
import type { Device } from '../../../hal/device.js'
import { LutraError } from '../../../hal/error.js'
import type { Reader } from '../../../hal/reader.js'
import { readThrottlingLater } from '../../../hal/sense/throttling.js'
import type { GovernorEvent, GovernorOptions, GovernorState } from './options.js'
import { type Budget, govern, type Reading, type Standing } from './rule.js'
import { BudgetSensors } from './sensors.js'

/** Milliseconds between looks. */
const every = 1000
/** Looks in a row without a reading after which the budget counts as lost. */
const mostSilent = 5
const mostEvents = 100

type Threads = Pick<Engine, 'threads' | 'setThreads'>

export class Governor {
  readonly #events: GovernorEvent[] = []
  readonly #sensors: BudgetSensors
  readonly #budget: Budget
  readonly #clock: Clock
  #standing: Standing
  #reading: Reading = {}
  #throttling = ''
  #silent = 0
  #looks = 0
  /** Whether a pass has begun since the last look. */
  #busy = false
  #off: (() => void) | undefined
  #closed = false
  readonly #waiting = new Set<() => void>()
  #waitingSince: number | undefined
  #waited = 0
  /** Keeps the process while somebody waits: the looks alone do not. */
  #awake: NodeJS.Timeout | undefined

  private constructor(
    readonly options: GovernorOptions,
    readonly engine: Threads,
    readonly reader: Reader,
    device: Pick<Device, 'sensors' | 'noSensor'>,
  ) {
    const { maxCelsius, maxWatts, clock = backgroundClock } = options
    this.#clock = clock
    this.#sensors = new BudgetSensors(reader, device, options)
    const most = engine.setThreads ? engine.threads : 1
    this.#budget = { maxCelsius, maxWatts, most }
    this.#standing = { threads: most, paused: false, calm: 0, saved: {} }
  }

  /** Looks once, then every second. A budget that no sensor can keep is LutraError unsupported, a senseless one limit. */
  static async open(
    options: GovernorOptions,
    engine: Threads,
    reader: Reader,
    device: Pick<Device, 'sensors' | 'noSensor'>,
  ): Promise<Governor> {
    check(options)
    const governor = new Governor(options, engine, reader, device)
    await governor.#look()
    governor.#again()
    return governor
  }

  /** The last hundred, oldest first. */
  get events(): readonly GovernorEvent[] {
    return this.#events
  }

  /** Names of the sensors that it watches. */
  get sensors(): readonly string[] {
    return this.#sensors.names
  }

  get state(): GovernorState {
    const { threads, paused } = this.#standing
    return { threads, most: this.engine.threads, paused, pausedMs: this.pausedMs, ...this.#reading }
  }

  /** Milliseconds in which computing has waited. */
  get pausedMs(): number {
    return this.#waited + (this.#waitingSince === undefined ? 0 : this.#clock.now() - this.#waitingSince)
  }

  /**
   * Before a pass: undefined lets it begin, a promise settles when it may, or the signal aborts. Rejects with LutraError io once a sensor of the
   * budget has been silent for five looks: what cannot be kept is not pretended.
   */
  readonly gate = (signal?: AbortSignal): Promise<void> | undefined => {
    if (this.#closed || signal?.aborted) return undefined
    if (this.#silent >= mostSilent) return Promise.reject(this.#lost())
    this.#busy = true
    if (!this.#standing.paused) return undefined
    this.#waitingSince ??= this.#clock.now()
    this.#awake ??= setInterval(() => {}, 2 ** 30)
    const held = new Promise<void>((resolve) => {
      const leave = () => {
        signal?.removeEventListener('abort', leave)
        this.#waiting.delete(leave)
        if (this.#waiting.size === 0) this.#rest()
        resolve()
      }
      this.#waiting.add(leave)
      signal?.addEventListener('abort', leave)
    })
    // Whoever waits asks again: it may have paused anew, or lost its sensor.
    return held.then(() => this.gate(signal))
  }

  /** Lets all go on that wait. Idempotent. */
  close(): void {
    this.#closed = true
    this.#off?.()
    this.#open()
  }

  #again(): void {
    this.#off = this.#clock.after(every, () => void this.#look().then(() => this.#closed || this.#again()))
  }

  async #look(): Promise<void> {
    const { maxCelsius, maxWatts } = this.options
    const [reading, throttling] = await Promise.all([
      this.#sensors.look(this.#clock.now()),
      readThrottlingLater(this.reader),
    ])
    if (this.#closed) return
    // It takes two looks to tell power from a counter.
    const missing =
      (maxCelsius !== undefined && reading.celsius === undefined) ||
      (maxWatts !== undefined && reading.watts === undefined && this.#looks > 0)
    this.#looks++
    this.#reading = reading
    this.#hear(missing)
    this.#apply(govern(this.#standing, reading, this.#budget, this.#busy))
    this.#busy = false
    const { now, sinceBoot } = throttling
    const told = JSON.stringify({ now, sinceBoot })
    if (told !== this.#throttling && (this.#throttling !== '' || now.length > 0))
      this.#tell('throttled', { throttling: { now, sinceBoot } })
    this.#throttling = told
  }

  #hear(missing: boolean): void {
    if (!missing && this.#silent >= mostSilent) this.#tell('heard')
    this.#silent = missing ? this.#silent + 1 : 0
    if (this.#silent !== mostSilent) return
    this.#tell('silent')
    this.#open() // who waits is told that the budget is lost
  }

  #apply(next: Standing): void {
    const { threads, paused } = this.#standing
    this.#standing = next
    if (next.threads !== threads) {
      this.engine.setThreads?.(next.threads)
      this.#tell('threads')
    }
    if (next.paused === paused) return
    this.#tell(next.paused ? 'paused' : 'resumed')
    if (!next.paused) this.#open()
  }

  #open(): void {
    for (const leave of [...this.#waiting]) leave()
  }

  /** Nobody waits any more. */
  #rest(): void {
    if (this.#waitingSince !== undefined) this.#waited += this.#clock.now() - this.#waitingSince
    this.#waitingSince = undefined
    clearInterval(this.#awake)
    this.#awake = undefined
  }

  #tell(type: GovernorEvent['type'], more: Pick<GovernorEvent, 'throttling'> = {}): void {
    const event = { type, at: Date.now(), threads: this.#standing.threads, ...this.#reading, ...more }
    this.#events.push(event)
    if (this.#events.length > mostEvents) this.#events.shift()
    this.options.onEvent?.(event)
  }

  #lost(): LutraError {
    const seconds = (mostSilent * every) / 1000
    return new LutraError(
      'io',
      `Expected ${this.sensors.join(', ')} to tell what the budget needs but found silence for ${seconds} s; check the sensor`,
    )
  }
}

function check({ maxCelsius, maxWatts }: GovernorOptions): void {
  if (maxCelsius === undefined && maxWatts === undefined)
    throw new LutraError('mismatch', 'Expected a governor with maxCelsius or maxWatts but found neither')
  for (const [name, value, least, most] of [
    ['maxCelsius', maxCelsius, 20, 120],
    ['maxWatts', maxWatts, 0.1, 10_000],
  ] as const)
    if (value !== undefined && !(value >= least && value <= most))
      throw new LutraError('limit', `Expected ${name} from ${least} to ${most} but found ${value}`)
}
