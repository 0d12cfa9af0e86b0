/**
 * Temperature and power sensors of Linux: thermal zones, hwmon (power, or voltage × current as on Jetson's INA3221),
 * and the battery.
 * takes  a reader · gives  sensors in °C and W, each with the path that `readSensor` reads again
 */
import type { Sensor } from '../device.js'
import { type Reader, readNumber, readText } from '../reader.js'

const THERMAL = '/sys/class/thermal'
const HWMON = '/sys/class/hwmon'
const SUPPLY = '/sys/class/power_supply'

export function readSensors(reader: Reader): readonly Sensor[] {
  const zones = reader
    .list(THERMAL)
    .filter((name) => name.startsWith('thermal_zone'))
    .map((zone) =>
      candidate('temperature', readText(reader, `${THERMAL}/${zone}/type`) ?? zone, `${THERMAL}/${zone}/temp`),
    )
  const monitors = reader.list(HWMON).flatMap((name) => hwmon(reader, `${HWMON}/${name}`))
  const batteries = reader.list(SUPPLY).map((name) => candidate('power', name, `${SUPPLY}/${name}/power_now`))
  return [...zones, ...monitors, ...batteries].flatMap((sensor) => {
    const value = readSensor(reader, sensor)
    return value === undefined ? [] : { ...sensor, value }
  })
}

/** The sensor's value now, °C or W; undefined where it no longer answers. */
export function readSensor(reader: Reader, sensor: Pick<Sensor, 'kind' | 'path'>): number | undefined {
  const raw = readNumber(reader, sensor.path)
  if (raw === undefined) return undefined
  if (sensor.kind === 'temperature') return raw / 1e3
  const current = /^(.*)\/curr(\d+)_input$/.exec(sensor.path)
  if (!current) return raw / 1e6
  const millivolts = readNumber(reader, `${current[1]}/in${current[2]}_input`)
  return millivolts === undefined ? undefined : (raw * millivolts) / 1e6
}

function hwmon(reader: Reader, folder: string): readonly Sensor[] {
  const files = reader.list(folder)
  const chip = readText(reader, `${folder}/name`) ?? folder
  return files.flatMap((file) => {
    const match = /^(temp|power|curr)(\d+)_(?:input|average)$/.exec(file)
    if (!match) return []
    const [, what, n] = match
    if (what === 'curr' && (files.includes(`power${n}_input`) || !files.includes(`in${n}_input`))) return []
    const label = readText(reader, `${folder}/${what === 'curr' ? 'in' : what}${n}_label`)
    return candidate(what === 'temp' ? 'temperature' : 'power', `${chip} ${label ?? file}`, `${folder}/${file}`)
  })
}

function candidate(kind: Sensor['kind'], name: string, path: string): Sensor {
  return { kind, name, path, value: 0 }
}
