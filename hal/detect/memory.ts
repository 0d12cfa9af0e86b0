/** Memory in bytes: what there is, what may still be taken (MemAvailable, within the cgroup's limit), and that limit. */
import type { Device } from '../device.js'
import { type Reader, readText } from '../reader.js'
import type { Limits } from './cgroup.js'

export function readMemory(reader: Reader, limits: Limits): Device['memory'] {
  const text = readText(reader, '/proc/meminfo') ?? ''
  const field = (name: string) => {
    const match = new RegExp(`^${name}:\\s+(\\d{1,15}) kB$`, 'm').exec(text)
    return match ? Number(match[1]) * 1024 : undefined
  }
  const total = field('MemTotal') ?? positive(reader.sysctl?.('hw.memsize')) ?? reader.node?.total ?? 0
  const free = field('MemFree')
  const available =
    field('MemAvailable') ??
    (free === undefined ? (reader.node?.available ?? 0) : free + (field('Cached') ?? 0) + (field('Buffers') ?? 0))
  if (limits.memory === undefined || (total > 0 && limits.memory >= total)) return { total, available }
  const left = Math.max(0, limits.memory - (limits.memoryUsed ?? 0))
  return { total, available: Math.min(available, left), limit: limits.memory }
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text)
  return value > 0 ? value : undefined
}
