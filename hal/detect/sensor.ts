/** What the lists of ./thermal, ./hwmon, ./rapl give: a sensor that may be there, and the check that it is. */
import type { Sensor } from '../device.js'
import { type Reader, readText } from '../reader.js'
import { readSensor } from '../sense/reading.js'

export type Candidate = Omit<Sensor, 'value' | 'unit'>

const units = { temperature: '°C', power: 'W', energy: 'J' } as const

/** The sensor with its first reading, or nothing where it does not answer. */
export function present(reader: Reader, candidate: Candidate): readonly Sensor[] {
  const value = readSensor(reader, candidate)
  if (value === undefined) return []
  const known = Object.entries(candidate).filter(([, each]) => each !== undefined)
  return [{ ...(Object.fromEntries(known) as Candidate), value, unit: units[candidate.kind] }]
}

/** A name that a driver gives: one line, no longer than a name may be. */
export function nameIn(reader: Reader, path: string): string | undefined {
  return readText(reader, path)?.split('\n')[0].slice(0, 80) || undefined
}
