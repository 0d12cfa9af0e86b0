/**
 * RAPL: energy counters of Intel's and AMD's x86 chips, one zone a package, with its parts below.
 * takes  a reader · gives  energy sensors with the value at which each begins again
 * Since Linux 5.10 the counters are root's alone (CVE-2020-8694: they told other processes' secrets). The same counters
 * stand a second time under intel-rapl-mmio, which is left out.
 */
import type { Covers } from '../device.js'
import { type Reader, readNumber } from '../reader.js'
import { type Candidate, nameIn } from './sensor.js'

const POWERCAP = '/sys/class/powercap'

/** `intel-rapl:0` a package, `intel-rapl:0:1` a part of it. AMD's use the same driver and name. */
const zone = /^intel-rapl(:\d{1,3}){1,2}$/

export function raplSensors(reader: Reader): readonly Candidate[] {
  return zones(reader).map((name) => {
    const folder = `${POWERCAP}/${name}`
    const domain = nameIn(reader, `${folder}/name`) ?? name
    const range = readNumber(reader, `${folder}/max_energy_range_uj`)
    return {
      kind: 'energy',
      name: `RAPL ${domain}`,
      path: `${folder}/energy_uj`,
      covers: covered(domain),
      ...(range !== undefined && range > 0 ? { wraps: range / 1e6 } : {}),
    }
  })
}

/** A counter that is there and may not be read. */
export function unreadableRapl(reader: Reader): string | undefined {
  return zones(reader)
    .map((name) => `${POWERCAP}/${name}/energy_uj`)
    .find((path) => reader.read(path) === undefined)
}

function zones(reader: Reader): readonly string[] {
  return reader.list(POWERCAP).filter((name) => zone.test(name))
}

/** `package-0`, `core`, `uncore` (mostly the GPU), `dram`, `psys` (all of a laptop). */
function covered(domain: string): Covers {
  if (domain === 'psys') return 'board'
  if (domain.startsWith('package')) return 'package'
  return domain === 'core' || domain === 'dram' ? domain : 'other'
}
