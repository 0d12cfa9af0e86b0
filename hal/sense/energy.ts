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

/** Begins with a reading. Its timer keeps no process alive; its owner closes it. */
export async function meterEnergy(
  reader: Reader,
  source: EnergySource,
  options: MeterOptions = {},
): Promise<EnergyMeter> {
  const { clock = backgroundClock } = options
  const everyMs = options.everyMs ?? usualInterval(source)
  const sum = new Joules(source.sensors)
  let begun = 0
  let joules = 0
  let readings = 0
  let turn = Promise.resolve()
  let off: (() => void) | undefined
  let closed = false

  /** One at a time, in order. */
  const take = () => {
    turn = turn.then(async () => {
      const values = await Promise.all(source.sensors.map((sensor) => readSensorLater(reader, sensor)))
      sum.take(clock.now(), values)
    })
    return turn
  }
  const again = () => {
    off = clock.after(everyMs, () => void take().then(() => closed || again()))
  }
  await take()
  begun = clock.now()
  readings = sum.readings
  again()

  return {
    ...source,
    everyMs,
    async lap(idleWatts) {
      await take()
      const now = clock.now()
      const seconds = (now - begun) / 1000
      const used = sum.joules - joules
      const told = sum.readings - readings
      begun = now
      joules = sum.joules
      readings = sum.readings
      if (!(seconds > 0) || sum.watts === undefined || told === 0) return undefined
      const above = idleWatts === undefined ? {} : { joulesAboveIdle: used - idleWatts * seconds }
      return { joules: used, seconds, watts: used / seconds, ...above, readings: told }
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
