/** What a governor is asked for, and what it tells. */
import type { Clock } from '../../../hal/clock.js'
import type { ThrottleCause } from '../../../hal/device.js'

export interface GovernorOptions {
  /** Degrees Celsius that the processor's hottest sensor shall stay below, 20 to 120. */
  readonly maxCelsius?: number
  /** Watts that the machine shall not exceed, by the sensor that `energySource` takes: what it covers differs by board. */
  readonly maxWatts?: number
  /** Told of every change. The last hundred are kept in `events`. */
  readonly onEvent?: (event: GovernorEvent) => void
  /** @internal Tests bring one. */
  readonly clock?: Clock
}

/**
 * `threads` one was taken away or came back · `paused`, `resumed` no pass begins, passes begin again · `throttled` the
 * machine slows itself down, or does so no longer · `silent`, `heard` a sensor of the budget, see Governor.
 */
export interface GovernorEvent {
  readonly type: 'threads' | 'paused' | 'resumed' | 'throttled' | 'silent' | 'heard'
  /** Milliseconds since 1970. */
  readonly at: number
  readonly threads: number
  readonly celsius?: number
  readonly watts?: number
  /** Why the machine is slow now, and whatever has made it so since it started. */
  readonly throttling?: { readonly now: readonly ThrottleCause[]; readonly sinceBoot: readonly ThrottleCause[] }
}

export interface GovernorState {
  readonly threads: number
  /** Of the engine, as it was opened. */
  readonly most: number
  readonly paused: boolean
  /** Milliseconds in which computing waited, all together. */
  readonly pausedMs: number
  readonly celsius?: number
  readonly watts?: number
}
