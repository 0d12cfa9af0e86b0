/**
 * The limits a container or a service puts on this process: memory in bytes, CPUs as a quota.
 * takes  a reader on Linux · gives  the tightest limit from the process's own group up to the root, cgroup v2 and v1
 */
import { type Reader, readNumber, readText } from '../reader.js'

export interface Limits {
  readonly memory?: number
  /** Bytes of the limit that are in use and cannot simply be dropped (file cache can). */
  readonly memoryUsed?: number
  readonly cpus?: number
}

const ROOT = '/sys/fs/cgroup'
/** cgroup v1 says "no limit" with a number near 2^63. */
const UNLIMITED = 2 ** 60

export function readLimits(reader: Reader): Limits {
  let memory: number | undefined
  let memoryUsed: number | undefined
  let cpus: number | undefined
  for (const { unified, controllers, path } of readGroups(reader))
    for (const folder of upwards(path)) {
      const tighten = (limit: number | undefined, used: string, stat: string) => {
        if (limit === undefined || limit <= 0 || limit >= Math.min(UNLIMITED, memory ?? UNLIMITED)) return
        memory = limit
        memoryUsed = Math.max(0, (bytesIn(reader, used) ?? 0) - fileCache(reader, stat))
      }
      const quota = (value: number | undefined, period: number | undefined) => {
        if (value && value > 0 && period && period > 0) cpus = Math.min(cpus ?? Infinity, value / period)
      }
      if (unified) {
        const at = `${ROOT}${folder}`
        tighten(bytesIn(reader, `${at}/memory.max`), `${at}/memory.current`, `${at}/memory.stat`)
        const [value, period] = (readText(reader, `${at}/cpu.max`) ?? '').split(/\s+/).map(Number)
        quota(value, period)
      }
      if (controllers.includes('memory')) {
        const at = `${ROOT}/memory${folder}`
        tighten(bytesIn(reader, `${at}/memory.limit_in_bytes`), `${at}/memory.usage_in_bytes`, `${at}/memory.stat`)
      }
      if (controllers.includes('cpu'))
        for (const mount of ['cpu', 'cpu,cpuacct']) {
          const at = `${ROOT}/${mount}${folder}`
          quota(readNumber(reader, `${at}/cpu.cfs_quota_us`), readNumber(reader, `${at}/cpu.cfs_period_us`))
        }
    }
  return { memory, memoryUsed, cpus }
}

function bytesIn(reader: Reader, path: string): number | undefined {
  const bytes = readNumber(reader, path)
  return Number.isInteger(bytes) ? bytes : undefined
}

/** Lines `hierarchy:controllers:path`; hierarchy 0 is the unified one (v2). */
function readGroups(reader: Reader): readonly { unified: boolean; controllers: readonly string[]; path: string }[] {
  return (readText(reader, '/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line)
    if (!match || match[3].includes('..')) return []
    return [{ unified: match[1] === '0', controllers: match[2].split(','), path: match[3] }]
  })
}

/** `/a/b` → `/a/b`, `/a`, and the root; in a container the root is often all that can be seen. */
function upwards(path: string): readonly string[] {
  const parts = path.split('/').filter(Boolean)
  return [...parts.map((_, i) => `/${parts.slice(0, parts.length - i).join('/')}`), '']
}

/** Cached files, a mapped model's own pages among them, make room when they must. */
function fileCache(reader: Reader, stat: string): number {
  const text = readText(reader, stat) ?? ''
  const of = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  const total = of('total_inactive_file') + of('total_active_file') // cgroup v1, with the groups below
  return total > 0 ? total : of('inactive_file') + of('active_file')
}
