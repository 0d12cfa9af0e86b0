/**
 * What tokens cost in energy, for commands that measure: begins with the sensor, says "no sensor" where there is none.
 * takes  an open model · gives  laps, joules for each token · before hal/sense · after ./run, ./bench
 */
import { systemReader } from '../../hal/reader.js'
import { type Energy, type EnergyMeter, meterEnergy } from '../../hal/sense/energy.js'
import { energySource } from '../../hal/sense/energy-sensor.js'
import type { Model } from '../open.js'

/** Of some tokens, as commands print it: `no sensor: …` with what would help, or what the sensor told. */
export type TokenEnergy = string | (Energy & { readonly sensor: string; readonly covers: string })

export interface TokenMeter extends Disposable {
  /** Since the last lap. `idleWatts` are told apart; see EnergyMeter. */
  lap(idleWatts?: number): Promise<TokenEnergy>
  readonly sensor: boolean
}

export async function tokenMeter(model: Model, reader = systemReader()): Promise<TokenMeter> {
  const source = energySource(reader, model.device.sensors)
  if ('absent' in source) return { lap: async () => source.absent, sensor: false, [Symbol.dispose]() {} }
  const meter: EnergyMeter = await meterEnergy(reader, source)
  const { name, covers } = source
  return {
    sensor: true,
    lap: async (idleWatts) => {
      const energy = await meter.lap(idleWatts)
      return energy ? { ...energy, sensor: name, covers } : `no reading: ${name} told nothing in this time`
    },
    [Symbol.dispose]: () => meter.close(),
  }
}

export function joulesPerToken(energy: TokenEnergy, tokens: number): number | null {
  return typeof energy === 'string' || tokens < 1 ? null : energy.joules / tokens
}

/** For people, in a line. */
export function describeEnergy(energy: TokenEnergy, tokens: number): string {
  const each = joulesPerToken(energy, tokens)
  if (typeof energy === 'string') return energy
  const mean = `${energy.watts.toFixed(2)} W by ${energy.sensor} (${energy.covers})`
  return each === null ? mean : `${each.toFixed(3)} J/token, ${mean}`
}
