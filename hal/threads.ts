/** How many threads to compute on: the big cores, since a step of a token waits for its slowest thread. */
import type { Device } from './device.js'

/** Cores slower than this against the fastest are left alone. */
const BIG = 0.7

export function planThreads(device: Device, wished?: number): { readonly count: number; readonly why: string } {
  if (wished !== undefined) return { count: wished, why: 'asked for' }
  const big = device.clusters.filter((cluster) => cluster.capacity >= BIG)
  const cores = big.reduce((sum, cluster) => sum + (cluster.cores ?? cluster.cpus.length), 0)
  const names = [...new Set(big.map((cluster) => cluster.core))].join(', ')
  if (cores === 0) return { count: device.cpus, why: `CPUs found: ${device.cpus}` }
  if (cores > device.cpus) return { count: device.cpus, why: `CPUs left by affinity and quota: ${device.cpus}` }
  const all = device.clusters.length === big.length
  return { count: cores, why: `${cores} ${all ? 'cores' : 'big cores'} (${names})` }
}

/** Measured read bandwidth at that many threads, or at the nearest count below. */
export function bandwidthAt(device: Device, threads: number): number | undefined {
  const rows = [...(device.bandwidth ?? [])].sort((a, b) => a.threads - b.threads)
  return (rows.findLast((row) => row.threads <= threads) ?? rows[0])?.bytesPerSecond
}
