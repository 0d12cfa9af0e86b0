/**
 * Whether a servo is fit to go on: its own faults, temperature, voltage, and load that lasts.
 * takes  a Reading by joint · gives  nothing, or LutraError limit (unsafe for the servo's own faults)
 * before ./joints
 */
import { LutraError } from '../../../../hal/error.js'
import type { Reading } from './bus.js'
import type { ArmOptions } from './options.js'

/** Milliseconds: starting and stopping a joint loads it for moments. */
const lasting = 500

export class Health {
  readonly #loadedSince = new Map<string, number>()

  constructor(readonly options: ArmOptions) {}

  /** A motion begins: older load is forgotten. */
  begin(): void {
    this.#loadedSince.clear()
  }

  check(name: string, { load, celsius, volts, fault }: Reading): void {
    const { maxLoad = 85, maxTemperature = 65, minVoltage = 0, maxVoltage = Infinity } = this.options
    if (fault)
      throw new LutraError('unsafe', `Expected the servo of ${name} to be well but it reports ${fault}; look at it`)
    if (celsius > maxTemperature)
      throw new LutraError('limit', `Expected ${name} below ${maxTemperature} °C but it has ${celsius}; let it cool`)
    if (volts < minVoltage || volts > maxVoltage)
      throw new LutraError(
        'limit',
        `Expected ${minVoltage} to ${maxVoltage} V at ${name} but it has ${volts}; check power`,
      )
    if (Math.abs(load) <= maxLoad) this.#loadedSince.delete(name)
    else {
      const since = this.#loadedSince.get(name) ?? performance.now()
      this.#loadedSince.set(name, since)
      if (performance.now() - since > lasting)
        throw new LutraError('limit', `Expected ${name} below ${maxLoad} % load but it has ${load}; lighten it`)
    }
  }
}
