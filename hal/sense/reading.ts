/**
 * One sensor's value, read again: at once, or beside other work.
 * takes  a reader, a sensor's kind and path · gives  °C, W or J; undefined where it is silent or tells nonsense
 * A path is a file, or a question to the firmware. Power of `currN_input` and `current_now` is that file times its voltage.
 */
import type { Sensor } from '../device.js'
import type { Reader } from '../reader.js'
import { isFirmwareQuestion } from './command.js'
import { pmicWatts } from './pmic.js'

type Source = Pick<Sensor, 'kind' | 'path'>

/** The sensor's value now. */
export function readSensor(reader: Reader, sensor: Pick<Sensor, 'kind' | 'path'>): number | undefined {
  if (isFirmwareQuestion(sensor.path)) return firmwareValue(reader.run?.(sensor.path))
  return sensorValue(
    sensor,
    filesOf(sensor).map((path) => reader.read(path)),
  )
}

/** The same without blocking the event loop, where the reader can. */
export async function readSensorLater(
  reader: Reader,
  sensor: Pick<Sensor, 'kind' | 'path'>,
): Promise<number | undefined> {
  const { later } = reader
  if (!later) return readSensor(reader, sensor)
  if (isFirmwareQuestion(sensor.path))
    return firmwareValue(await (later.run ? later.run(sensor.path) : reader.run?.(sensor.path)))
  return sensorValue(sensor, await Promise.all(filesOf(sensor).map((path) => later.read(path))))
}

function firmwareValue(text: string | undefined): number | undefined {
  return text === undefined ? undefined : plausible('power', pmicWatts(text))
}

function filesOf({ kind, path }: Source): readonly string[] {
  if (kind !== 'power') return [path]
  const hwmon = /^(.*)\/curr(\d+)_input$/.exec(path)
  if (hwmon) return [path, `${hwmon[1]}/in${hwmon[2]}_input`]
  return path.endsWith('/current_now') ? [path, path.replace(/current_now$/, 'voltage_now')] : [path]
}

/** Units of the kernel: m°C, µW, µJ; mA and mV of hwmon; µA and µV of power_supply. */
function sensorValue({ kind, path }: Source, found: readonly (Uint8Array | undefined)[]): number | undefined {
  const numbers = found.map(numberOf)
  if (numbers.includes(undefined)) return undefined
  const [first, second] = numbers as number[]
  if (kind === 'temperature') return plausible(kind, first / 1e3)
  if (second === undefined) {
    // Some batteries tell what flows out as negative, some as positive.
    const power = kind === 'power' && path.includes('/power_supply/') ? Math.abs(first) : first
    return plausible(kind, power / 1e6)
  }
  return plausible(kind, path.endsWith('/current_now') ? Math.abs(first * second) / 1e12 : (first * second) / 1e6)
}

function numberOf(bytes: Uint8Array | undefined): number | undefined {
  if (!bytes || bytes.length > 64) return undefined
  const text = new TextDecoder().decode(bytes).replace(/[\0\s]+$/, '')
  return /^-?\d{1,18}$/.test(text) ? Number(text) : undefined
}

/** Beyond these it is a driver's way to say that it does not know, and no board's temperature or power. */
function plausible(kind: Sensor['kind'], value: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined
  const [least, most] = { temperature: [-60, 250], power: [-1e4, 1e4], energy: [0, 1e12] }[kind]
  return value >= least && value <= most ? value : undefined
}
