/**
 * hwmon chips: temperatures, power, energy, and power as voltage × current (INA3221 and the like).
 * takes  a reader · gives  sensors named by chip and label
 * Units: https://docs.kernel.org/hwmon/sysfs-interface.html. Labels are the device tree's: VDD_IN (Jetson Orin Nano, NX) and
 * POM_5V_IN (Nano) feed the whole module.
 */
import type { Covers } from '../device.js'
import type { Reader } from '../reader.js'
import { type Candidate, nameIn } from './sensor.js'
import { heats } from './thermal.js'

const HWMON = '/sys/class/hwmon'

const kinds = { temp: 'temperature', power: 'power', energy: 'energy', curr: 'power' } as const

export function hwmonSensors(reader: Reader): readonly Candidate[] {
  // Batteries stand here a second time, under the same name but for what hwmon does not allow in it.
  const supplies = new Set(reader.list('/sys/class/power_supply').map((name) => name.replaceAll('-', '_')))
  return reader
    .list(HWMON)
    .flatMap((name) => chipSensors(reader, `${HWMON}/${name}`))
    .filter(({ kind, name }) => kind === 'temperature' || !supplies.has(name.split(' ')[0]))
}

function chipSensors(reader: Reader, folder: string): readonly Candidate[] {
  const files = reader.list(folder)
  const chip = nameIn(reader, `${folder}/name`) ?? folder.slice(HWMON.length + 1)
  return files.flatMap((file) => {
    const match = /^(temp|power|energy|curr)(\d{1,4})_(input|average)$/.exec(file)
    if (!match) return []
    const what = match[1] as keyof typeof kinds
    const n = match[2]
    if (match[3] === 'average' && files.includes(`${what}${n}_input`)) return []
    // A current alone is no power; one whose power the driver tells need not be multiplied.
    const told = ['input', 'average'].some((kind) => files.includes(`power${n}_${kind}`))
    if (what === 'curr' && (told || !files.includes(`in${n}_input`))) return []
    const label = nameIn(reader, `${folder}/${what === 'curr' ? 'in' : what}${n}_label`)
    // The sum of the shunts' voltages is no rail.
    if (label === 'sum of shunt voltages') return []
    const kind = kinds[what]
    const covers = kind === 'temperature' ? heats(label ?? chip) : feeds(chip, label ?? '')
    return { kind, name: `${chip} ${label ?? file}`, path: `${folder}/${file}`, covers } satisfies Candidate
  })
}

/** What a rail of that name feeds. */
function feeds(chip: string, label: string): Covers {
  if (/^(VDD_IN|POM_5V_IN|VIN|VDD_5V_IN|5V_IN|VSYS|VBUS|Total System Power)$/i.test(label)) return 'board'
  if (/^(acpi_power_meter|power_meter)/.test(chip)) return 'board'
  if (/^amd_energy$|^fam15h_power$/.test(chip)) return /core/i.test(label) ? 'core' : 'package'
  if (/dram|ddr|vddq/i.test(label)) return 'dram'
  if (/cpu/i.test(label)) return 'core'
  return /gpu/i.test(label) || /gpu/i.test(chip) ? 'gpu' : 'other'
}
