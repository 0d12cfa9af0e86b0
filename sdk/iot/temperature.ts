/** How hot this board is: the hottest of its sensors, °C; undefined where it has none. */
import { readSensor, readSensors } from '../../hal/detect/sensors.js'
import { systemReader } from '../../hal/reader.js'

export function boardTemperature(): () => number | undefined {
  const reader = systemReader()
  const sensors = readSensors(reader).filter(({ kind }) => kind === 'temperature')
  return () => {
    const values = sensors.flatMap((sensor) => readSensor(reader, sensor) ?? [])
    return values.length > 0 ? Math.round(Math.max(...values) * 10) / 10 : undefined
  }
}
