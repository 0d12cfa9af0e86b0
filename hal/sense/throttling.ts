/**
 * Whether the machine is slowed down, and why: the Raspberry Pi firmware's bits, the kernel's cooling devices, cpufreq
 * limits, Jetson's over-current events, x86's thermal counters.
 * takes  a reader · gives  Throttling · after ../detect/detect, sdk/open/governor
 */
import { cpuPolicies } from '../detect/cpufreq.js'
import { isRaspberryPi } from '../detect/sensors.js'
import type { ThrottleCause, Throttling } from '../device.js'
import { type Reader, readNumber, readText } from '../reader.js'

/** Bit of `get_throttled` for what is so now; 16 above it, what has been since the start. Raspberry Pi's documentation of vcgencmd. */
const firmwareBits: readonly ThrottleCause[] = [
  'under-voltage',
  'frequency-capped',
  'throttled',
  'soft-temperature-limit',
]

export function readThrottling(reader: Reader): Throttling {
  const firmware = firmwareFile(reader)
  if (firmware || !isRaspberryPi(reader)) return gathered(reader, firmware)
  return gathered(reader, { source: 'vcgencmd get_throttled', text: reader.run?.('vcgencmd get_throttled') })
}

/** The same; a firmware that only its program can ask does not block the event loop. */
export async function readThrottlingLater(reader: Reader): Promise<Throttling> {
  const firmware = firmwareFile(reader)
  if (firmware || !reader.later?.run || !isRaspberryPi(reader)) return readThrottling(reader)
  const text = await reader.later.run('vcgencmd get_throttled')
  return gathered(reader, { source: 'vcgencmd get_throttled', text })
}

interface FirmwareWord {
  readonly source: string
  readonly text: string | undefined
}

/** The firmware driver's file: its node's name carries the chip's address on newer kernels. */
function firmwareFile(reader: Reader): FirmwareWord | undefined {
  const base = '/sys/devices/platform'
  for (const bus of reader.list(base).filter((name) => /^soc(@|$)/.test(name)))
    for (const node of reader.list(`${base}/${bus}`).filter((name) => name.endsWith('firmware'))) {
      const source = `${base}/${bus}/${node}/get_throttled`
      const text = readText(reader, source)
      if (text !== undefined) return { source, text }
    }
  return undefined
}

/** `throttled=0x50005` from the program, `50005` from the file: both hexadecimal. */
export function throttledBits(text: string | undefined): number | undefined {
  const match = /^(?:throttled=)?(?:0x)?([0-9a-f]{1,8})$/i.exec(text?.trim() ?? '')
  return match ? Number.parseInt(match[1], 16) : undefined
}

function gathered(reader: Reader, firmware: FirmwareWord | undefined): Throttling {
  const now = new Set<ThrottleCause>()
  const sinceBoot = new Set<ThrottleCause>()
  const counts: Record<string, number> = {}
  const sources: string[] = []
  const bits = throttledBits(firmware?.text)
  if (firmware && bits !== undefined) {
    sources.push(firmware.source)
    for (const [bit, cause] of firmwareBits.entries()) {
      if (bits & (1 << bit)) now.add(cause)
      if (bits & (1 << (bit + 16))) sinceBoot.add(cause)
    }
  }
  readHwmon(reader, now, counts, sources)
  readCooling(reader, now, sources)
  readThermalCounts(reader, counts, sources)
  const clocks = cpuPolicies(reader)
  if (clocks.length > 0) sources.push('/sys/devices/system/cpu/cpufreq')
  if (clocks.some(({ limit, most }) => limit < most)) now.add('frequency-capped')
  for (const [name, count] of Object.entries(counts))
    if (count > 0) sinceBoot.add(name.startsWith('oc') ? 'over-current' : 'throttled')
  return { now: [...now], sinceBoot: [...sinceBoot], counts, clocks, sources }
}

/** `rpi_volt`: the alarm holds for some seconds after a drop below 4.63 V. `soctherm_oc`: Jetson's supply could not follow. */
function readHwmon(reader: Reader, now: Set<ThrottleCause>, counts: Record<string, number>, sources: string[]): void {
  for (const name of reader.list('/sys/class/hwmon')) {
    const folder = `/sys/class/hwmon/${name}`
    const chip = readText(reader, `${folder}/name`)
    if (chip === 'rpi_volt') {
      const alarm = readNumber(reader, `${folder}/in0_lcrit_alarm`)
      if (alarm !== undefined) sources.push(`${folder}/in0_lcrit_alarm`)
      if (alarm === 1) now.add('under-voltage')
    }
    if (chip !== 'soctherm_oc') continue
    for (const file of reader.list(folder).filter((each) => /^oc\d{1,2}_event_cnt$/.test(each))) {
      const count = counted(readNumber(reader, `${folder}/${file}`))
      if (count === undefined) continue
      counts[file] = count
      sources.push(`${folder}/${file}`)
    }
  }
}

/** Cooling by making the CPU slower; a fan that turns is none of it, nor a GPU's clock. */
function readCooling(reader: Reader, now: Set<ThrottleCause>, sources: string[]): void {
  const slows = /^(thermal-)?cpufreq|^Processor$|^intel_powerclamp$|^cpu-.*(throttle|alert)|^cpuidle/
  for (const name of reader.list('/sys/class/thermal').filter((each) => each.startsWith('cooling_device'))) {
    const folder = `/sys/class/thermal/${name}`
    if (!slows.test(readText(reader, `${folder}/type`) ?? '')) continue
    const state = readNumber(reader, `${folder}/cur_state`)
    if (state === undefined) continue
    sources.push(`${folder}/cur_state`)
    if (state > 0) now.add('cooling')
  }
}

/** Of all CPUs together; those of a package are told by each of its CPUs, so the largest counts. */
function readThermalCounts(reader: Reader, counts: Record<string, number>, sources: string[]): void {
  const base = '/sys/devices/system/cpu'
  for (const cpu of reader.list(base).filter((name) => /^cpu\d+$/.test(name))) {
    const folder = `${base}/${cpu}/thermal_throttle`
    const core = counted(readNumber(reader, `${folder}/core_throttle_count`))
    const whole = counted(readNumber(reader, `${folder}/package_throttle_count`))
    if (core !== undefined) counts.core_throttle_count = (counts.core_throttle_count ?? 0) + core
    if (whole !== undefined) counts.package_throttle_count = Math.max(counts.package_throttle_count ?? 0, whole)
    if (core !== undefined || whole !== undefined) sources.push(folder)
  }
}

function counted(value: number | undefined): number | undefined {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value < 2 ** 53 ? value : undefined
}
