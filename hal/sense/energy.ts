/**
 * Energy between two moments, read beside other work.
 * takes  a reader, a source of ./energy-sensor · gives  joules for each lap · after sdk/cli, sdk/server, sdk/open/governor
 * Between readings power is taken to change evenly: what comes and goes within the interval is not seen. Counters see all.
 */
import { backgroundClock, type Clock } from '../clock.js'
import type { Reader } from '../reader.js'
import { isFirmwareQuestion } from './command.js'
import type { EnergySource } from './energy-sensor.js'
import { Joules } from './joules.js'
import { readSensorLater } from './reading.js'

export interface Energy {
  readonly joules: number
  readonly seconds: number
  /** Mean. */
  readonly watts: number
  /** Joules beyond what the machine takes anyway; where its idle power was given. */
  readonly joulesAboveIdle?: number
  /** How often the sensor told something in this time. Of power, fewer than three are a rough figure. */
  readonly readings: number
}

export interface MeterOptions {
  /** Milliseconds between readings. Default 100; 500 where a program must be started for each; 1000 for counters. */
  readonly everyMs?: number
  readonly clock?: Clock
}

export interface EnergyMeter extends EnergySource {
  readonly everyMs: number
  /**
   * What was used since the last lap, or the beginning; reads once more for it. `idleWatts` are subtracted beside it.
   * Undefined where the sensor told nothing, or no time went by.
   */
  lap(idleWatts?: number): Promise<Energy | undefined>
  close(): void
}

/** Sums at the moment of a reading. */
interface Mark {
  readonly at: number
  readonly joules: number
  readonly readings: number
}

/** Begins with a reading. Its timer keeps no process alive; its owner closes it. */
export async function meterEnergy(
  reader: Reader,
  source: EnergySource,
  options: MeterOptions = {},
): Promise<EnergyMeter> {
  const { clock = backgroundClock } = options
  const everyMs = options.everyMs ?? usualInterval(source)
  const sum = new Joules(source.sensors)
  let turn: Promise<Mark> = Promise.resolve({ at: 0, joules: 0, readings: 0 })
  let off: (() => void) | undefined
  let closed = false

  /** One at a time, in order. What it gives is of the moment of its own reading. */
  const take = () => {
    turn = turn.then(async () => {
      const values = await Promise.all(source.sensors.map((sensor) => readSensorLater(reader, sensor)))
      const at = clock.now()
      sum.take(at, values)
      return { at, joules: sum.joules, readings: sum.readings }
    })
    return turn
  }
  const again = () => {
    off = clock.after(everyMs, () => void take().then(() => closed || again()))
  }
  let begun = await take()
  again()

  return {
    ...source,
    everyMs,
    async lap(idleWatts) {
      const end = await take()
      const seconds = (end.at - begun.at) / 1000
      const joules = end.joules - begun.joules
      const readings = end.readings - begun.readings
      begun = end
      if (!(seconds > 0) || sum.watts === undefined || readings === 0) return undefined
      const above = idleWatts === undefined ? {} : { joulesAboveIdle: joules - idleWatts * seconds }
      return { joules, seconds, watts: joules / seconds, ...above, readings }
    },
    close() {
      closed = true
      off?.()
    },
  }
}

function usualInterval({ sensors }: EnergySource): number {
  if (sensors.some(({ path }) => isFirmwareQuestion(path))) return 500
  return sensors.every(({ kind }) => kind === 'energy') ? 1000 : 100
}
