/**
 * What was measured on this device, kept between runs: which kernel is faster on which shape.
 * takes  Device · gives  measurements for the plan · before sdk/cli/tune writes them
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../hal/cache-folder.js'
import type { Device } from '../../hal/device.js'
import type { KernelMeasurement } from '../../hal/kernel-choice.js'

type Env = Readonly<Record<string, string | undefined>>

/** Raised when kernels change so much that old measurements mislead. */
const version = 1

export function readTuned(device: Device, env: Env = process.env): readonly KernelMeasurement[] {
  const path = pathOf(device, env)
  if (path === undefined) return []
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return Array.isArray(found) ? found.filter(isMeasurement) : []
  } catch {
    return [] // none yet, or spoilt: the cost model decides
  }
}

/** Adds measurements; those of the same kernel, shape and thread count are replaced. Gives the file, if one is kept. */
export function writeTuned(device: Device, fresh: readonly KernelMeasurement[], env: Env = process.env) {
  const path = pathOf(device, env)
  if (path === undefined) return undefined
  const key = ({ kernel, rows, cols, threads }: KernelMeasurement) => `${kernel} ${rows} ${cols} ${threads}`
  const all = new Map([...readTuned(device, env), ...fresh].map((each) => [key(each), each]))
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
  const part = `${path}.${process.pid}.part`
  writeFileSync(part, JSON.stringify([...all.values()], undefined, 1))
  renameSync(part, path)
  return path
}

function pathOf({ cpu, arch, features, cpus, clusters }: Device, env: Env): string | undefined {
  const folder = cacheFolder(env)
  const cores = clusters.map(({ core, cpus: own }) => [core, own.length])
  const key = createHash('sha256').update(JSON.stringify([version, cpu, arch, features, cpus, cores]))
  return folder === undefined ? undefined : join(folder, `tuned-${key.digest('hex').slice(0, 16)}.json`)
}

function isMeasurement(value: unknown): value is KernelMeasurement {
  const m = value as KernelMeasurement
  return (
    typeof m === 'object' &&
    m !== null &&
    typeof m.kernel === 'string' &&
    [m.rows, m.cols, m.threads].every((n) => Number.isSafeInteger(n) && n > 0) &&
    Number.isFinite(m.seconds) &&
    m.seconds > 0
  )
}
