/** The kinds of caches of a machine, each once: level, kind, bytes, and how many CPUs share one. */
import type { Cache } from '../device.js'
import { type Reader, readNumber, readText } from '../reader.js'
import { cpuList } from './list.js'

const kinds: Readonly<Record<string, Cache['kind']>> = { Data: 'data', Instruction: 'instruction', Unified: 'unified' }
const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

export function readCaches(reader: Reader, online: readonly number[]): readonly Cache[] {
  if (reader.os === 'darwin') return appleCaches(reader)
  const found = new Map<string, Cache>()
  for (const cpu of online) {
    const folder = `/sys/devices/system/cpu/cpu${cpu}/cache`
    for (const index of reader.list(folder).filter((name) => /^index\d+$/.test(name))) {
      const level = readNumber(reader, `${folder}/${index}/level`)
      const kind = kinds[readText(reader, `${folder}/${index}/type`) ?? '']
      const bytes = sizeOf(readText(reader, `${folder}/${index}/size`))
      if (level === undefined || !(Number.isInteger(level) && level > 0) || !kind || !bytes) continue
      const sharedBy = cpuList(readText(reader, `${folder}/${index}/shared_cpu_list`)).length || 1
      found.set(`${level} ${kind} ${bytes} ${sharedBy}`, { level, kind, bytes, sharedBy })
    }
  }
  // Not by localeCompare: its collation tables take longer to load than all of detection.
  const order = (a: Cache, b: Cache) => Number(a.kind > b.kind) - Number(a.kind < b.kind)
  return [...found.values()].sort((a, b) => a.level - b.level || order(a, b) || b.bytes - a.bytes)
}

function sizeOf(text: string | undefined): number | undefined {
  const match = /^(\d{1,9})([KMG]?)B?$/.exec(text ?? '')
  return match ? Number(match[1]) * units[match[2]] : undefined
}

function appleCaches(reader: Reader): readonly Cache[] {
  const caches: Cache[] = []
  for (const [name, level, kind] of [
    ['l1dcachesize', 1, 'data'],
    ['l1icachesize', 1, 'instruction'],
    ['l2cachesize', 2, 'unified'],
  ] as const)
    for (const prefix of ['hw.perflevel0', 'hw.perflevel1', 'hw']) {
      const bytes = Number(reader.sysctl?.(`${prefix}.${name}`) ?? 0)
      if (!(bytes > 0) || (prefix === 'hw' && caches.some((c) => c.level === level && c.kind === kind))) continue
      const sharedBy = level === 1 ? 1 : Number(reader.sysctl?.(`${prefix}.cpusperl2`) ?? 1)
      caches.push({ level, kind, bytes, sharedBy: Math.max(sharedBy || 1, 1) })
    }
  return caches
}
