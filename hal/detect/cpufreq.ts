/**
 * Clocks by cpufreq policy: now, the limit in force, and what the chip can do, in hertz.
 * takes  a reader · gives  a row for each policy · before ../sense/throttling
 * A limit below the chip's own is a cooling device's, a power mode's (Jetson's nvpmodel) or a user's: the kernel keeps one number.
 */
import type { Throttling } from '../device.js'
import { type Reader, readNumber } from '../reader.js'

const CPUFREQ = '/sys/devices/system/cpu/cpufreq'

/** No CPU is faster; kHz. */
export const MOST_KILOHERTZ = 2e7

export function cpuPolicies(reader: Reader): Throttling['clocks'] {
  return reader.list(CPUFREQ).flatMap((policy) => {
    if (!/^policy\d{1,4}$/.test(policy)) return []
    const hertz = (file: string) => {
      const kilohertz = readNumber(reader, `${CPUFREQ}/${policy}/${file}`)
      return kilohertz !== undefined && kilohertz > 0 && kilohertz <= MOST_KILOHERTZ ? kilohertz * 1e3 : undefined
    }
    const [now, limit, chip] = ['scaling_cur_freq', 'scaling_max_freq', 'cpuinfo_max_freq'].map(hertz)
    if (limit === undefined || chip === undefined) return []
    return { policy, ...(now === undefined ? {} : { now }), limit, most: chip }
  })
}
