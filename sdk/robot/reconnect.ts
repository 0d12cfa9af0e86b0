/**
 * A driver that outlives its line: what is unplugged is looked for, opened and greeted anew, with growing pauses.
 * It never moves anything by itself: the runtime latches when the line goes, and a person resets when it is back.
 * takes  the first driver, a function that makes the next · gives  one Driver, and `lost`, `returned`
 * before ./robot · after ./driver, ./line
 */
import { Subject } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import type { Action, Skills } from '../action/index.js'
import { closed } from './closed.js'
import type { Call, Driver, Settings, Telemetry } from './driver.js'
import { pause } from './pause.js'

export interface ReconnectOptions {
  /** Milliseconds before the first try; doubled from try to try, give or take a quarter. Default 250. */
  readonly first?: number
  /** Longest pause in milliseconds. Default 8000. */
  readonly most?: number
  /** Tries for one outage before the robot is given up as closed. Default: no end. */
  readonly tries?: number
}

/** Numbers of stops, for each line of its own: a board that has restarted may count from the beginning. */
const stopsPerLine = 2 ** 32

export class Lasting<S extends Skills> implements Driver<S> {
  readonly telemetry = new Subject<Telemetry>()
  readonly stopped = new Subject<number>()
  readonly end = new Subject<LutraError>()
  /** The line has gone, with the reason; it is looked for. */
  readonly lost = new Subject<LutraError>()
  /** It is there again, greeted. */
  readonly returned = new Subject<void>()
  ended: LutraError | undefined
  #driver: Driver<S>
  #away: LutraError | undefined
  #settings: Settings | undefined
  #line = 0
  /** Of lines that have gone. */
  #retries = 0
  #noise = 0
  readonly #closing = new AbortController()

  constructor(
    first: Driver<S>,
    readonly next: () => Promise<Driver<S>>,
    readonly options: ReconnectOptions,
  ) {
    this.#driver = first
    this.#attach(first)
  }

  get name(): string {
    return this.#driver.name
  }

  get simulated(): boolean {
    return this.#driver.simulated
  }

  get skills(): S {
    return this.#driver.skills
  }

  get watchdog(): 'board' | 'host' {
    return this.#driver.watchdog
  }

  get retries(): number {
    return this.#retries + this.#driver.retries
  }

  get noise(): number {
    return this.#noise + this.#driver.noise
  }

  async greet(settings: Settings): Promise<void> {
    await this.#driver.greet(settings)
    this.#settings = settings
  }

  async perform(action: Action, call: Call): Promise<void> {
    if (this.#away) throw this.#away
    await this.#driver.perform(action, call)
  }

  sendStop(): void {
    this.#driver.sendStop()
  }

  lastBreath(): void {
    this.#driver.lastBreath()
  }

  async release(stop: number): Promise<void> {
    if (this.#away) throw this.#away
    await this.#driver.release(stop === 0 ? 0 : stop - this.#line * stopsPerLine)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#driver.close()
    this.#finish(closed(this.name))
  }

  #attach(driver: Driver<S>): void {
    const line = this.#line
    driver.telemetry.subscribe({ next: (telemetry) => this.telemetry.next(telemetry), error: () => {} })
    driver.stopped.subscribe({
      next: (stop) => this.stopped.next(stop === 0 ? 0 : stop + line * stopsPerLine),
      error: () => {},
    })
    driver.end.subscribe((reason) => {
      // One that is still being greeted tells it there.
      if (driver !== this.#driver || this.#away) return
      if (!this.#settings || this.#closing.signal.aborted) return this.#finish(reason)
      this.#away = reason
      this.lost.next(reason)
      void this.#search(reason)
    })
  }

  async #search(reason: LutraError): Promise<void> {
    const { first = 250, most = 8000, tries = Infinity } = this.options
    for (let tried = 0; tried < tries; tried++) {
      const ms = Math.min(most, first * 2 ** Math.min(tried, 30)) * (0.75 + Math.random() / 2)
      await pause(ms, this.#closing.signal).catch(() => {})
      if (this.#closing.signal.aborted || (await this.#try())) return
    }
    const message = `Expected ${this.name} to come back but it did not in ${tries} tries; open the robot anew`
    this.#finish(new LutraError('closed', message, { cause: reason }))
  }

  async #try(): Promise<boolean> {
    let driver: Driver<S> | undefined
    try {
      driver = await this.next()
      if (this.#closing.signal.aborted) throw this.#closing.signal.reason
      this.#retries += this.#driver.retries
      this.#noise += this.#driver.noise
      this.#driver = driver
      this.#line++
      // Before the greeting: whatever it says of a stop counts, and a stop of ours reaches it.
      this.#attach(driver)
      await driver.greet(this.#settings!)
      if (driver.ended) throw driver.ended
    } catch {
      await driver?.close().catch(() => {})
      return this.#closing.signal.aborted
    }
    this.#away = undefined
    this.returned.next()
    return true
  }

  #finish(reason: LutraError): void {
    if (this.ended) return
    this.ended = reason
    this.end.next(reason)
    for (const subject of [this.telemetry, this.stopped, this.end, this.lost, this.returned]) subject.complete()
  }
}
