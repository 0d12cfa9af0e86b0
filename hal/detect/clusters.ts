/**
 * Cores of one kind, fastest first, with their capacity relative to the fastest.
 * takes  a reader and the CPUs that are online · gives  clusters
 * Capacity is the kernel's cpu_capacity; without it, clock, an in-order core counting half per hertz.
 */
import type { Cluster } from '../device.js'
import { type Reader, readNumber, readText } from '../reader.js'
import { coreOf } from './cores.js'
import { MOST_KILOHERTZ } from './cpufreq.js'
import type { Processor } from './cpuinfo.js'
import { cpuList } from './list.js'

/** Two cores of one design whose clocks differ less than this are of one kind (RK3588 bins its pairs some per cent apart). */
const SAME = 0.1

/** The kernel gives the fastest core 1024. */
const MOST_CAPACITY = 1024

interface Cpu {
  readonly id: number
  readonly core: string
  readonly speed: number
  readonly hertz?: number
  readonly siblings: string
}

export function readClusters(
  reader: Reader,
  online: readonly number[],
  processors: readonly Processor[],
): readonly Cluster[] {
  if (reader.os === 'darwin') return appleClusters(reader)
  const cpus = online.map((id) => readCpu(reader, id, processors))
  const fastest = Math.max(...cpus.map((cpu) => cpu.speed))
  const groups: Cpu[][] = []
  for (const cpu of cpus) {
    const kin = groups.find(([first]) => first.core === cpu.core && Math.abs(first.speed / cpu.speed - 1) < SAME)
    if (kin) kin.push(cpu)
    else groups.push([cpu])
  }
  return groups
    .map((group) => {
      const hertz = Math.max(...group.map((cpu) => cpu.hertz ?? 0))
      return {
        cpus: group.map((cpu) => cpu.id),
        cores: new Set(group.map((cpu) => cpu.siblings)).size,
        core: group[0].core,
        capacity: Math.max(...group.map((cpu) => cpu.speed)) / fastest,
        ...(hertz ? { maxHertz: hertz } : {}),
      }
    })
    .sort((a, b) => b.capacity - a.capacity || a.cpus[0] - b.cpus[0])
}

function readCpu(reader: Reader, id: number, processors: readonly Processor[]): Cpu {
  const folder = `/sys/devices/system/cpu/cpu${id}`
  const processor = processors.find((each) => each.id === id)
  const core = reader.arch.startsWith('arm') ? coreOf(reader, id, processor) : undefined
  const kilohertz = upTo(MOST_KILOHERTZ, readNumber(reader, `${folder}/cpufreq/cpuinfo_max_freq`))
  const byClock = (kilohertz ?? 1) * (core?.inOrder ? 0.5 : 1)
  return {
    id,
    core: core?.name ?? intelKind(reader, id) ?? processor?.fields.get('model name') ?? 'unknown',
    speed: upTo(MOST_CAPACITY, readNumber(reader, `${folder}/cpu_capacity`)) ?? byClock,
    hertz: kilohertz && kilohertz * 1000,
    siblings: readText(reader, `${folder}/topology/thread_siblings_list`) ?? String(id),
  }
}

function upTo(most: number, value: number | undefined): number | undefined {
  return value !== undefined && value >= 1 && value <= most ? value : undefined
}

/** Intel's hybrids name their two kinds as two performance monitors. */
function intelKind(reader: Reader, id: number): string | undefined {
  if (cpuList(readText(reader, '/sys/devices/cpu_core/cpus')).includes(id)) return 'performance core'
  if (cpuList(readText(reader, '/sys/devices/cpu_atom/cpus')).includes(id)) return 'efficiency core'
  return undefined
}

/** macOS tells performance levels, 0 the fastest, but neither which CPU is which nor a capacity. */
function appleClusters(reader: Reader): readonly Cluster[] {
  const levels = Number(reader.sysctl?.('hw.nperflevels') ?? 0)
  const clusters: Cluster[] = []
  let next = 0
  for (let level = 0; level < Math.min(levels, 4); level++) {
    const count = Number(reader.sysctl?.(`hw.perflevel${level}.logicalcpu`) ?? 0)
    if (!(count > 0 && count < 1024)) continue
    const first = next
    next += count
    clusters.push({
      cpus: Array.from({ length: count }, (_, i) => first + i),
      cores: count,
      core: reader.sysctl?.(`hw.perflevel${level}.name`) ?? `performance level ${level}`,
      capacity: level === 0 ? 1 : 0.5,
    })
  }
  return clusters
}
