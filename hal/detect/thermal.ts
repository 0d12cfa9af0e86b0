/**
 * Thermal zones: the kernel's own view of heat, with the temperatures at which it acts.
 * takes  a reader · gives  temperature sensors with their passive and critical trip points
 * Names differ by board: cpu-thermal (Raspberry Pi, Jetson), soc-thermal, bigcore0-thermal (Rockchip), main0-thermal (TI),
 * cpu0-0-top-thermal (Qualcomm), x86_pkg_temp, acpitz.
 */
import type { Covers } from '../device.js'
import { type Reader, readText } from '../reader.js'
import { readSensor } from '../sense/reading.js'
import { type Candidate, nameIn } from './sensor.js'

const THERMAL = '/sys/class/thermal'

/** More trip points than any driver has. */
const mostTrips = 32

export function thermalZones(reader: Reader): readonly Candidate[] {
  return reader
    .list(THERMAL)
    .filter((name) => name.startsWith('thermal_zone'))
    .map((zone) => {
      const folder = `${THERMAL}/${zone}`
      const name = nameIn(reader, `${folder}/type`) ?? zone
      return { kind: 'temperature', name, path: `${folder}/temp`, covers: heats(name), ...trips(reader, folder) }
    })
}

/** What a temperature's name says that it belongs to. */
export function heats(name: string): Covers {
  if (/gpu|adreno|mali/i.test(name)) return 'gpu'
  if (/^(big|little|mid)core|^cpu[-_ ]?\d|^core \d|^cpuss|^tcpu_c/i.test(name)) return 'core'
  if (/^(cpu|soc|tj|main|wkup|center|package|x86_pkg|k10temp|zenpower|coretemp|tctl|tdie)|pkg/i.test(name))
    return 'package'
  return /ddr|dram|^mem/i.test(name) ? 'dram' : 'other'
}

function trips(reader: Reader, folder: string): Pick<Candidate, 'passive' | 'critical'> {
  const found: { passive?: number; critical?: number } = {}
  for (let n = 0; n < mostTrips; n++) {
    const type = readText(reader, `${folder}/trip_point_${n}_type`)
    if (type === undefined) break
    const celsius = readSensor(reader, { kind: 'temperature', path: `${folder}/trip_point_${n}_temp` })
    // A trip point that is switched off stands at 0 or below.
    if (celsius === undefined || celsius <= 0) continue
    if (type === 'passive' || type === 'critical') found[type] = Math.min(found[type] ?? Infinity, celsius)
  }
  return found
}
