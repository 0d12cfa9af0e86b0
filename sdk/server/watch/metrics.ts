/**
 * The load as Prometheus reads it: the same numbers as the page's curves. Being read keeps the sampling awake.
 * takes  Metrics, the newest Load · after ./load
 */
import type { Metrics } from '../metrics.js'
import type { Load } from './event.js'

export function loadMetrics(metrics: Metrics, { load }: { load(): Load }): void {
  const gauge = (name: string, help: string, read: (load: Load) => number) =>
    metrics.ask(name, help, 'gauge', () => read(load()))
  // NaN is how the format says that there is no such number.
  const most = (values: Readonly<Record<string, number>>) => {
    const all = Object.values(values)
    return all.length > 0 ? Math.max(...all) : Number.NaN
  }
  gauge('lutra_temperature_celsius', 'The hottest sensor; NaN without one.', (now) => most(now.temperatures))
  gauge('lutra_power_watts', 'The largest power sensor; NaN without one.', (now) => most(now.watts))
  gauge('lutra_memory_available_bytes', 'What may still be taken.', (now) => now.freeBytes)
  gauge(
    'lutra_threads',
    'Threads of this process; NaN where the system does not tell.',
    (now) => now.threads ?? Number.NaN,
  )
  gauge('lutra_timer_lateness_p99_seconds', 'Of a 100 Hz timer, over a second.', (now) => now.lateness.p99 / 1000)
  gauge('lutra_timer_lateness_max_seconds', 'Of a 100 Hz timer, over a second.', (now) => now.lateness.max / 1000)
}
