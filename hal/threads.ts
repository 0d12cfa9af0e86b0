/** How many threads to compute on: the big cores, since a step of a token waits for its slowest thread. */
import type { Cluster, Device } from './device.js'
import { LutraError } from './error.js'

/** Cores slower than this against the fastest are left alone. */
const BIG = 0.7

export function planThreads(device: Device, wished?: number): { readonly count: number; readonly why: string } {
  if (wished !== undefined) return { count: checked(wished), why: 'asked for' }
  const usable = device.clusters.map((cluster) => allowedPart(cluster, device.allowed)).filter(({ cores }) => cores > 0)
  const fastest = Math.max(...usable.map((cluster) => cluster.capacity))
  const big = usable.filter((cluster) => cluster.capacity >= BIG * fastest)
  const cores = big.reduce((sum, cluster) => sum + cluster.cores, 0)
  const names = [...new Set(big.map((cluster) => cluster.core))].join(', ')
  if (cores === 0) return { count: device.cpus, why: `CPUs found: ${device.cpus}` }
  if (cores > device.cpus) return { count: device.cpus, why: `CPUs left by affinity and quota: ${device.cpus}` }
  const kind = usable.length === big.length ? 'cores' : 'big cores'
  return { count: cores, why: `${cores} ${kind} (${names})${device.allowed ? ', of those that affinity leaves' : ''}` }
}

/** Two hardware threads of one core count once; which belong together is told only of whole clusters. */
function allowedPart({ cpus, cores = cpus.length, core, capacity }: Cluster, allowed?: readonly number[]) {
  const left = allowed ? cpus.filter((cpu) => allowed.includes(cpu)).length : cpus.length
  return { core, capacity, cores: Math.min(cores, left) }
}

function checked(threads: number): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return threads
  throw new LutraError('mismatch', `Expected a whole number of threads from 1 to 1024 but found ${threads}`)
}

/** Measured read bandwidth at that many threads, or at the nearest count below. */
export function bandwidthAt(device: Device, threads: number): number | undefined {
  const rows = [...(device.bandwidth ?? [])].sort((a, b) => a.threads - b.threads)
  return (rows.findLast((row) => row.threads <= threads) ?? rows[0])?.bytesPerSecond
}
