/** What a robot tells about itself and about the actions it was given. */
import type { LutraError } from '../../hal/error.js'
import type { Action } from '../action/action.js'
import type { Telemetry } from './driver.js'

/** One piece of news about one action. `done`, `refused`, `rejected`, `stopped` and `failed` are last words. */
export interface Report {
  readonly action: Action
  /**
   * `refused`: the action itself is a refusal, nothing was done. `rejected`: outside the skills, or not while a stop is
   * latched or the line is closed; nothing was done. `stopped`: ended by an emergency stop. `failed`: blocked, timed out or lost; `error` says which.
   */
  readonly state: 'started' | 'moving' | 'done' | 'refused' | 'rejected' | 'stopped' | 'failed'
  /** Per cent of this action. */
  readonly percent: number
  /** Milliseconds since this action began. */
  readonly ms: number
  /** Which round of a `repeat` this is part of, from 1. */
  readonly round?: number
  readonly telemetry?: Telemetry
  readonly error?: LutraError
}

export interface RobotState {
  /** `lost`: stopped, but the board has not confirmed it. `reconnecting`: its line has gone and is looked for. */
  readonly mode: 'idle' | 'moving' | 'stopped' | 'lost' | 'reconnecting' | 'closed'
  /** An emergency stop holds until reset(). */
  readonly latched: boolean
  /** Why it holds. */
  readonly reason?: string
  readonly action?: Action
  /** The newest word of the board. */
  readonly telemetry?: Telemetry
  /** Frames sent again, and broken frames heard, since the line was opened. */
  readonly retries: number
  readonly noise: number
}

/** How an emergency stop went: `confirmed` by the board, `ms` after the call. */
export interface Stopped {
  readonly confirmed: boolean
  readonly ms: number
}
