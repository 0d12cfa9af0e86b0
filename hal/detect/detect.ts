/**
 * Finds out what this machine is, by reading only.
 * takes  a reader (this machine's by default) and the board's declared accelerators · gives  a Device, whose sensors and
 * throttling are read when they are first asked for, and kept
 * after  ../plan
 */
import type { Device, LutAccelerator, NoSensor } from '../device.js'
import { type Reader, readText, systemReader } from '../reader.js'
import { askingOnce } from '../sense/command.js'
import { readThrottling } from '../sense/throttling.js'
import { readCaches } from './caches.js'
import { readLimits } from './cgroup.js'
import { readClusters } from './clusters.js'
import { coreOf } from './cores.js'
import { type Processor, readCpuinfo } from './cpuinfo.js'
import { isaFeatures, simdBits } from './features.js'
import { cpuList } from './list.js'
import { readMemory } from './memory.js'
import { readNoSensor, readSensors } from './sensors.js'

export function detectDevice(reader: Reader = systemReader(), luts: readonly LutAccelerator[] = []): Device {
  const processors = readCpuinfo(reader)
  const online = onlineCpus(reader, processors)
  const limits = readLimits(reader)
  const allowed = allowedCpus(reader, online)
  const cores = online.map((cpu) =>
    coreOf(
      reader,
      cpu,
      processors.find((each) => each.id === cpu),
    ),
  )
  const features = isaFeatures(reader, processors, cores)
  const clusters = readClusters(reader, online, processors)
  // Most of what is read, and on some boards a program to run, is for these three alone: only where somebody asks.
  const asking = askingOnce(reader)
  const sensors = once(() => readSensors(asking))
  const throttling = once(() => readThrottling(asking))
  const noSensor = once(() => [
    ...readNoSensor(asking, sensors()),
    ...(throttling().sources.length > 0 ? [] : [noThrottling]),
  ])
  return {
    os: reader.os,
    arch: reader.arch,
    cpu: cpuName(reader, processors, clusters),
    features,
    simdBits: simdBits(reader, features),
    clusters,
    caches: readCaches(reader, online),
    memory: readMemory(reader, limits),
    ...(allowed ? { allowed } : {}),
    // A quota of 1.5 CPUs feeds one thread: a second would be throttled.
    cpus: Math.max(1, Math.min((allowed ?? online).length, Math.floor(limits.cpus ?? Infinity))),
    luts,
    get sensors() {
      return sensors()
    },
    get throttling() {
      return throttling()
    },
    get noSensor() {
      return noSensor()
    },
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const noThrottling: NoSensor = {
  kind: 'throttling',
  reason:
    'no firmware bits, cooling devices, cpufreq limits or throttle counters are shown here (a virtual machine shows none)',
}

function onlineCpus(reader: Reader, processors: readonly Processor[]): readonly number[] {
  const online = cpuList(readText(reader, '/sys/devices/system/cpu/online'))
  if (online.length) return online
  if (processors.length) return processors.map((processor) => processor.id)
  const told = Number(reader.sysctl?.('hw.logicalcpu') ?? reader.node?.cpus)
  return Array.from({ length: told >= 1 && told <= 4096 ? told : 1 }, (_, cpu) => cpu)
}

/** What affinity and cpuset leave of the CPUs; undefined where that is all of them, or nobody says. */
function allowedCpus(reader: Reader, online: readonly number[]): readonly number[] | undefined {
  const status = readText(reader, '/proc/self/status') ?? ''
  const allowed = cpuList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1]).filter((cpu) => online.includes(cpu))
  return allowed.length > 0 && allowed.length < online.length ? allowed : undefined
}

function cpuName(reader: Reader, processors: readonly Processor[], clusters: Device['clusters']): string {
  const told = reader.sysctl?.('machdep.cpu.brand_string') ?? processors[0]?.fields.get('model name')
  const cores = clusters.map(({ core, cpus }) => `${cpus.length}× ${core}`).join(' + ')
  if (reader.arch.startsWith('arm') && reader.os === 'linux' && !/unknown/.test(cores)) return cores || 'unknown'
  return told || reader.node?.cpu || 'unknown'
}
