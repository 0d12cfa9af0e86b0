/**
 * Temperature, power and energy sensors of Linux: thermal zones, hwmon, batteries, RAPL, and the Raspberry Pi 5's power chip.
 * takes  a reader · gives  sensors in °C, W and J, each with the path that `readSensor` reads again, and what is missing
 * before ../sense · after ./detect
 */
import type { NoSensor, Sensor } from '../device.js'
import { type Reader, readText } from '../reader.js'
import { hwmonSensors } from './hwmon.js'
import { readCompatible } from './identity.js'
import { raplSensors, unreadableRapl } from './rapl.js'
import { type Candidate, present } from './sensor.js'
import { thermalZones } from './thermal.js'

export { readSensor, readSensorLater } from '../sense/reading.js'

const SUPPLY = '/sys/class/power_supply'

export function readSensors(reader: Reader): readonly Sensor[] {
  const candidates = [
    ...thermalZones(reader),
    ...hwmonSensors(reader),
    ...batteries(reader),
    ...raplSensors(reader),
    ...(isRaspberryPi(reader) ? [pmic] : []),
  ]
  return candidates.flatMap((each) => present(reader, each))
}

/** Which kinds this machine lacks, and what would help. */
export function readNoSensor(reader: Reader, sensors: readonly Sensor[]): readonly NoSensor[] {
  const reasons: NoSensor[] = []
  if (!sensors.some(({ kind }) => kind === 'temperature'))
    reasons.push({ kind: 'temperature', reason: elsewhere(reader) ?? 'no thermal zone and no hwmon chip tells it' })
  if (!sensors.some(({ kind }) => kind !== 'temperature')) reasons.push({ kind: 'power', reason: noPower(reader) })
  return reasons
}

const pmic: Candidate = {
  kind: 'power',
  name: 'PMIC rails',
  path: 'vcgencmd pmic_read_adc',
  covers: 'rails',
}

export function isRaspberryPi(reader: Reader): boolean {
  return readCompatible(reader).some((name) => name.startsWith('raspberrypi,'))
}

/** What flows out of the battery is all that the machine takes, while nothing charges it. */
function batteries(reader: Reader): readonly Candidate[] {
  return reader.list(SUPPLY).flatMap((name) => {
    const folder = `${SUPPLY}/${name}`
    const type = readText(reader, `${folder}/type`)
    if (type !== undefined && type !== 'Battery') return []
    const files = reader.list(folder)
    const both = files.includes('current_now') && files.includes('voltage_now')
    const file = files.includes('power_now') || !both ? 'power_now' : 'current_now'
    return { kind: 'power', name, path: `${folder}/${file}`, covers: 'board' } satisfies Candidate
  })
}

function noPower(reader: Reader): string {
  const system = elsewhere(reader)
  if (system) return system
  const rapl = unreadableRapl(reader)
  if (rapl)
    return `${rapl} is there but only root may read it; run as root, or let this user: sudo chmod a+r ${rapl} (until the next start)`
  if (isRaspberryPi(reader)) {
    // Whether the board has a power chip that measures cannot be told from a firmware that does not answer at all.
    if (readSensorless(reader))
      return 'this Raspberry Pi has no power chip that measures (a Raspberry Pi 5 has); an INA219 or INA226 on I2C with its kernel driver would tell'
    return 'the firmware did not answer "vcgencmd pmic_read_adc"; install raspberrypi-utils (or libraspberrypi-bin) and put the user in the group video'
  }
  return 'no hwmon chip (INA3221 and the like), battery or RAPL counter tells it; load the kernel driver of the board’s power monitor, or put one on I2C'
}

/** It answers, but not that question. */
function readSensorless(reader: Reader): boolean {
  return reader.run?.('vcgencmd get_throttled')?.startsWith('throttled=') === true
}

function elsewhere({ os }: Reader): string | undefined {
  return os === 'linux' || os === 'android' ? undefined : `Lutra reads sensors on Linux only, not on ${os}`
}
