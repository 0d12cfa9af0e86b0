/**
 * How a robot stands, from all who know a part of it.
 * takes  its Driver and Latch, the running action · gives  RobotState, and every change of it
 * before ./runtime · after ./latch
 */
import { BehaviorSubject, type Observable } from 'rxjs'
import type { Action } from '../action/action.js'
import type { Driver, Telemetry } from './driver.js'
import type { Latch } from './latch.js'
import type { RobotState } from './report.js'

export class Standing {
  #action: Action | undefined
  #telemetry: Telemetry | undefined
  #reason: string | undefined
  #away = false
  readonly #state: BehaviorSubject<RobotState>

  constructor(
    readonly driver: Driver,
    readonly latch: Latch,
  ) {
    this.#state = new BehaviorSubject<RobotState>(this.#now())
    latch.changes.subscribe(() => this.tell())
    latch.pressed.subscribe(({ message }) => {
      this.#reason = message
    })
    const heard = (telemetry: Telemetry) => {
      this.#telemetry = telemetry
      this.tell()
    }
    driver.telemetry.subscribe({ next: heard, error: () => {} })
  }

  get changes(): Observable<RobotState> {
    return this.#state
  }

  get now(): RobotState {
    return this.#state.value
  }

  get action(): Action | undefined {
    return this.#action
  }

  /** It acts, or was told to stop and has not said that it did. */
  get mayMove(): boolean {
    return this.#action !== undefined || (this.latch.latched && !this.latch.confirmed)
  }

  get telemetry(): Telemetry | undefined {
    return this.#telemetry
  }

  set action(action: Action | undefined) {
    this.#action = action
    this.tell()
  }

  /** The line has gone and is looked for, or `false` when it is back; told with the latch's next change. */
  away(reason: string | false): void {
    this.#away = reason !== false
    if (reason !== false) this.#reason = reason
  }

  tell(): void {
    this.#state.next(this.#now())
  }

  /** The last word. */
  end(): void {
    this.tell()
    this.#state.complete()
  }

  #now(): RobotState {
    const { latched, confirmed } = this.latch
    const held = this.#away ? 'reconnecting' : confirmed ? 'stopped' : 'lost'
    const mode = this.driver.ended ? 'closed' : latched ? held : this.#action ? 'moving' : 'idle'
    const { retries, noise } = this.driver
    const reason = latched ? this.#reason : undefined
    return { mode, latched, reason, action: this.#action, telemetry: this.#telemetry, retries, noise }
  }
}
