/**
 * The sensors that a budget needs, and one look at them.
 * takes  options, a reader, a device · gives  a Reading a look; LutraError unsupported where a budget has no sensor
 * before ./rule · after ./governor
 */
import type { Device, Sensor } from '../../../hal/device.js'
import { LutraError } from '../../../hal/error.js'
import type { Reader } from '../../../hal/reader.js'
import { energySource } from '../../../hal/sense/energy-sensor.js'
import { Joules } from '../../../hal/sense/joules.js'
import { readSensorLater } from '../../../hal/sense/reading.js'
import type { GovernorOptions } from './options.js'
import type { Reading } from './rule.js'

export class BudgetSensors {
  readonly #hot: readonly Sensor[]
  readonly #power: Joules | undefined

  constructor(
    readonly reader: Reader,
    device: Pick<Device, 'sensors' | 'noSensor'>,
    { maxCelsius, maxWatts }: GovernorOptions,
  ) {
    this.#hot = maxCelsius === undefined ? [] : ofProcessor(device)
    this.#power = maxWatts === undefined ? undefined : new Joules(ofPower(reader, device))
  }

  /** Names, for who asks what is watched. */
  get names(): readonly string[] {
    return [...this.#hot, ...(this.#power?.sensors ?? [])].map(({ name }) => name)
  }

  /** What is absent from the answer was asked and told nothing. */
  async look(now: number): Promise<Reading> {
    const read = (sensors: readonly Sensor[]) =>
      Promise.all(sensors.map((sensor) => readSensorLater(this.reader, sensor)))
    const [temperatures, powers] = await Promise.all([read(this.#hot), read(this.#power?.sensors ?? [])])
    const known = temperatures.filter((value) => value !== undefined)
    const spoke = powers.length > 0 && powers.every((value) => value !== undefined)
    if (spoke) this.#power?.take(now, powers)
    return {
      ...(known.length > 0 ? { celsius: Math.max(...known) } : {}),
      ...(spoke ? { watts: this.#power?.watts } : {}),
    }
  }
}

/** Those of the processor; all, where none is said to be its. */
function ofProcessor({ sensors, noSensor }: Pick<Device, 'sensors' | 'noSensor'>): readonly Sensor[] {
  const all = sensors.filter(({ kind }) => kind === 'temperature')
  if (all.length === 0) {
    const reason = noSensor?.find(({ kind }) => kind === 'temperature')?.reason ?? 'none is told'
    throw new LutraError(
      'unsupported',
      `Expected a temperature sensor for maxCelsius but found no sensor: ${reason}; open without maxCelsius`,
    )
  }
  const own = all.filter(({ covers }) => covers === 'package' || covers === 'core')
  return own.length > 0 ? own : all
}

function ofPower(reader: Reader, { sensors }: Pick<Device, 'sensors'>): readonly Sensor[] {
  const source = energySource(reader, sensors)
  if (!('absent' in source)) return source.sensors
  throw new LutraError(
    'unsupported',
    `Expected a power sensor for maxWatts but found ${source.absent}; open without maxWatts`,
  )
}
