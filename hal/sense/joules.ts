/**
 * Adds up energy from readings: watts over time by the trapezoid rule, or the differences of counters that begin again.
 * takes  sensors, their readings with the time · gives  joules, watts · before ./energy-sensor · after ./energy, sdk/stream/power
 */
import type { Sensor } from '../device.js'

/** No board takes more; a difference beyond it is a counter that was set back. */
const mostWatts = 1e4

export class Joules {
  joules = 0
  /** Of the last reading: told, or by counters the mean since the one before; undefined until there is one. */
  watts: number | undefined
  /** Readings that told something. */
  readings = 0
  readonly #last: (number | undefined)[]
  #at = 0

  constructor(readonly sensors: readonly Sensor[]) {
    this.#last = sensors.map(() => undefined)
  }

  /** A reading of each sensor at that time, ms. One that is silent counts with its last. */
  take(ms: number, values: readonly (number | undefined)[]): void {
    if (values.some((value) => value !== undefined)) this.readings++
    const seconds = Math.max(0, (ms - this.#at) / 1000)
    this.#at = ms
    let watts = 0
    let known = false
    for (const [i, sensor] of this.sensors.entries()) {
      const before = this.#last[i]
      const now = values[i] ?? before
      this.#last[i] = now
      if (now === undefined) continue
      if (sensor.kind === 'power') {
        if (before !== undefined) this.joules += ((before + now) / 2) * seconds
        watts += now
        known = true
      } else if (before !== undefined && seconds > 0) {
        const joules = grown(before, now, sensor.wraps)
        if (joules > mostWatts * seconds) continue
        this.joules += joules
        watts += joules / seconds
        known = true
      }
    }
    if (known) this.watts = watts
  }
}

/** How far a counter went that may have begun again once; one that was set back without saying where tells nothing. */
function grown(before: number, now: number, wraps: number | undefined): number {
  if (now >= before) return now - before
  return wraps !== undefined && wraps >= before ? now + wraps - before : 0
}
