/**
 * Which sensors tell what computing costs: the nearest to all that the board takes.
 * takes  a reader, sensors, a wish · gives  sensors to be added up, or the reason why there are none
 * Order: the board's input (a battery only while nothing charges it), the power chip's rails, the packages' energy counters,
 * a rail of the CPU, any other. Of several of one kind: packages are added up, of others the one that reads most counts,
 * since it feeds the rest.
 */
import { readNoSensor } from '../detect/sensors.js'
import type { Covers, Sensor } from '../device.js'
import { type Reader, readText } from '../reader.js'

export interface EnergySource {
  /** `ina3221 VDD_IN`, `RAPL package-0 + RAPL package-1`. */
  readonly name: string
  readonly covers: Covers
  /** Of one kind; their values are added up. */
  readonly sensors: readonly Sensor[]
}

export interface NoEnergy {
  /** `no sensor: …`, with what would help. */
  readonly absent: string
}

const order: readonly Covers[] = ['board', 'rails', 'package', 'core', 'other']

/** `name`: a sensor's, as `lutra inspect --json` lists it. */
export function energySource(reader: Reader, sensors: readonly Sensor[], name?: string): EnergySource | NoEnergy {
  const told = sensors.filter(({ kind }) => kind !== 'temperature')
  if (name !== undefined) {
    const found = told.find((sensor) => sensor.name === name)
    if (found) return sourceOf([found])
    const names = told.map((sensor) => sensor.name).join(', ') || 'none'
    return { absent: `no sensor: none is called ${name}; found ${names}` }
  }
  const usable = told.filter((sensor) => drained(reader, sensor))
  for (const covers of order) {
    const found = usable.filter((sensor) => (sensor.covers ?? 'other') === covers)
    const counters = found.filter(({ kind }) => kind === 'energy')
    const meters = found.filter(({ kind }) => kind === 'power')
    if (covers === 'package' && counters.length > 0) return sourceOf(counters)
    const [most] = [...meters].sort((a, b) => b.value - a.value)
    if (most) return sourceOf([most])
    if (counters.length > 0) return sourceOf([counters[0]])
  }
  return { absent: `no sensor: ${reasonOf(reader, sensors, told)}` }
}

function sourceOf(sensors: readonly Sensor[]): EnergySource {
  return { name: sensors.map(({ name }) => name).join(' + '), covers: sensors[0].covers ?? 'other', sensors }
}

function reasonOf(reader: Reader, sensors: readonly Sensor[], told: readonly Sensor[]): string {
  if (told.some((sensor) => !drained(reader, sensor)))
    return 'a battery that is charged does not tell what the machine takes; unplug the charger'
  const none = readNoSensor(reader, sensors).find(({ kind }) => kind === 'power')
  return none?.reason ?? 'those that are here measure something else than the processor'
}

/** A battery tells what the machine takes only while it alone feeds it. */
function drained(reader: Reader, { path }: Sensor): boolean {
  const supply = /^(\/sys\/class\/power_supply\/[^/]+)\//.exec(path)
  return supply === null || readText(reader, `${supply[1]}/status`) === 'Discharging'
}
