/**
 * Sensors that Linux shows as IIO devices: light, temperature, humidity, pressure, voltages, whatever bus they are on.
 * takes  a hal Reader, so that a folder of text files can stand in · gives  readings in plain units; what cannot be read is
 *        left out, and never throws
 * before ./beagleplay · units of sysfs: Documentation/ABI/testing/sysfs-bus-iio of Linux
 */
import { type Reader, readNumber, readText } from '../../hal/index.js'
import type { Reading } from '../../sdk/iot/index.js'

const folder = '/sys/bus/iio/devices'
/** More than any board has: what comes from a hostile file system stays small. */
const most = 32

/** By the channel's type in sysfs: what we call it, our unit, and how many of sysfs' units make one. */
const kinds = new Map([
  ['illuminance', { sensor: 'light', unit: 'lx', per: 1 }],
  ['temp', { sensor: 'temperature', unit: '°C', per: 1000 }],
  ['humidityrelative', { sensor: 'humidity', unit: '%', per: 1000 }],
  ['pressure', { sensor: 'pressure', unit: 'hPa', per: 0.1 }],
  ['voltage', { sensor: 'voltage', unit: 'V', per: 1000 }],
])

export type IioReading = Reading & { readonly value: number; readonly unit: string; readonly device: string }

export function readIio(reader: Reader): readonly IioReading[] {
  const devices = reader.list(folder).filter((name) => /^iio:device\d+$/.test(name))
  return devices.slice(0, most).flatMap((name) => {
    const path = `${folder}/${name}`
    const device = (readText(reader, `${path}/name`) ?? name).slice(0, 40)
    const files = reader.list(path).slice(0, 4 * most)
    return files.flatMap((file) => {
      const [, type, number = '', form] = /^in_([a-z]+)(\d*)_(input|raw)$/.exec(file) ?? []
      const kind = kinds.get(type)
      if (!kind || (form === 'raw' && files.includes(`in_${type}${number}_input`))) return []
      const value = form === 'input' ? readNumber(reader, `${path}/${file}`) : scaled(reader, path, type, number)
      if (value === undefined || !Number.isFinite(value)) return []
      const { sensor, unit, per } = kind
      return { sensor: `${sensor}${number}`, value: value / per, unit, device }
    })
  })
}

/** (raw + offset) × scale; both may be the channel's own or its type's. */
function scaled(reader: Reader, path: string, type: string, number: string): number | undefined {
  const shared = (what: string) =>
    readNumber(reader, `${path}/in_${type}${number}_${what}`) ?? readNumber(reader, `${path}/in_${type}_${what}`)
  const raw = readNumber(reader, `${path}/in_${type}${number}_raw`)
  return raw === undefined ? undefined : (raw + (shared('offset') ?? 0)) * (shared('scale') ?? 1)
}
