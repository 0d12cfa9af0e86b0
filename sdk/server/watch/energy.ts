/**
 * Joules from sample to sample, and what a token cost.
 * takes  a reader, sensors, the count of tokens · gives  Load's energy · before hal/sense · after ./load
 */
import type { Sensor } from '../../../hal/device.js'
import type { Reader } from '../../../hal/reader.js'
import { type EnergyMeter, meterEnergy } from '../../../hal/sense/energy.js'
import { energySource } from '../../../hal/sense/energy-sensor.js'
import type { Load } from './event.js'

export class EnergyLaps {
  /** Since the server began to be watched; it goes on where it was. */
  joules = 0
  readonly #source: ReturnType<typeof energySource>
  #meter: Promise<EnergyMeter> | undefined
  #tokens = 0
  #latest: Load['energy']

  constructor(
    readonly reader: Reader,
    sensors: readonly Sensor[],
  ) {
    this.#source = energySource(reader, sensors)
    this.#latest = 'absent' in this.#source ? this.#source.absent : `no reading yet: ${this.#source.name}`
  }

  latest(): Load['energy'] {
    return this.#latest
  }

  get watts(): number | undefined {
    return typeof this.#latest === 'string' ? undefined : this.#latest.watts
  }

  /** Until `stop` the sensor is read between laps, too. */
  async lap(tokens: number): Promise<void> {
    const source = this.#source
    if ('absent' in source) return
    if (!this.#meter) {
      this.#tokens = tokens
      this.#meter = meterEnergy(this.reader, source)
      await this.#meter
      return
    }
    const energy = await (await this.#meter).lap()
    const made = tokens - this.#tokens
    this.#tokens = tokens
    if (!energy) {
      this.#latest = `no reading: ${source.name} told nothing in the last second`
      return
    }
    const { joules, watts } = energy
    this.joules += joules
    const each = made > 0 ? { joulesPerToken: joules / made } : {}
    this.#latest = { sensor: source.name, covers: source.covers, joules, watts, ...each }
  }

  stop(): void {
    void this.#meter?.then((meter) => meter.close())
    this.#meter = undefined
  }
}
