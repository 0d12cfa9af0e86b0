/**
 * Telemetry in windows of time: what came in so many seconds, in a few numbers a sensor.
 * takes  Observable<Reading> · gives Observable<Window>, one at the end of each window in which something came
 * before ./stats · after ./window-text
 */
import { Observable, type OperatorFunction } from 'rxjs'
import { type Clock, systemClock } from '../clock.js'
import { Gauge, type Stats } from './stats.js'

export interface Reading {
  readonly sensor: string
  /** A finite number, a word or a truth value; what else comes is counted as bad. */
  readonly value: unknown
  readonly unit?: string
  /** Milliseconds on the clock of the window. Default: when it arrives. */
  readonly at?: number
}

export interface Window {
  /** Milliseconds on the clock of the window. */
  readonly from: number
  readonly to: number
  readonly sensors: Readonly<Record<string, Stats>>
  /** Readings of sensors beyond the most that are kept apart. */
  readonly dropped: number
}

export interface WindowOptions {
  readonly seconds: number
  /** What is counted together. Default: each sensor by itself. */
  readonly by?: (reading: Reading) => string
  /** Sensors that are kept apart, so that whoever invents names cannot fill the memory. Default 64. */
  readonly most?: number
  readonly clock?: Clock
}

/** Longest name of a sensor, in characters. */
const MAX_NAME = 100

export function windows({
  seconds,
  by = ({ sensor }) => sensor,
  most = 64,
  clock = systemClock,
}: WindowOptions): OperatorFunction<Reading, Window> {
  return (source) =>
    new Observable<Window>((subscriber) => {
      let gauges = new Map<string, Gauge>()
      let dropped = 0
      let from = clock.now()
      let off = () => {}
      const give = () => {
        const to = clock.now()
        const sensors: [string, Stats][] = []
        for (const [name, { stats }] of gauges) if (stats !== undefined) sensors.push([name, stats])
        const window = { from, to, sensors: Object.fromEntries(sensors), dropped }
        gauges = new Map()
        dropped = 0
        from = to
        if (sensors.length > 0) subscriber.next(window)
      }
      const turn = () => {
        off = clock.after(seconds * 1000, turn)
        give()
      }
      off = clock.after(seconds * 1000, turn)
      subscriber.add(() => off())
      return source.subscribe({
        next: (reading) => {
          const name = String(by(reading)).slice(0, MAX_NAME)
          const gauge = gauges.get(name) ?? (gauges.size < most ? new Gauge() : undefined)
          if (gauge === undefined) {
            dropped++
            return
          }
          gauges.set(name, gauge)
          if (typeof reading.unit === 'string') gauge.unit = reading.unit
          gauge.add(reading.value, reading.at ?? clock.now())
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          give()
          subscriber.complete()
        },
      })
    })
}
