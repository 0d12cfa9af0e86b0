/**
 * The load as Prometheus reads it: the same numbers as the page's curves. Being read keeps the sampling awake.
 * takes  Metrics, the newest Load · after ./load
 */
import type { Metrics } from '../metrics.js'
import type { Load } from './event.js'

export function loadMetrics(metrics: Metrics, { load, joules }: { load(): Load; joules(): number }): void {
  const gauge = (name: string, help: string, read: (load: Load) => number) =>
    metrics.ask(name, help, 'gauge', () => read(load()))
  // NaN is how the format says that there is no such number.
  const most = (values: Readonly<Record<string, number>>) => {
    const all = Object.values(values)
    return all.length > 0 ? Math.max(...all) : Number.NaN
  }
  gauge('lutra_temperature_celsius', 'The hottest sensor; NaN without one.', (now) => most(now.temperatures))
  gauge('lutra_power_watts', 'The largest power sensor; NaN without one.', (now) => most(now.watts))
  const told = ({ energy }: Load) => (typeof energy === 'string' ? undefined : energy)
  metrics.ask(
    'lutra_energy_joules_total',
    'By the sensor nearest to all that the machine takes, while metrics or page are read; 0 without one.',
    'counter',
    joules,
  )
  gauge(
    'lutra_joules_per_token',
    'Over the last second; NaN without a sensor or tokens.',
    (now) => told(now)?.joulesPerToken ?? Number.NaN,
  )
  gauge('lutra_throttled', '1 while the machine slows itself down.', ({ throttling }) =>
    Number(throttling.now.length > 0),
  )
  gauge(
    'lutra_governor_threads',
    'Threads that the budget leaves; NaN without a budget.',
    ({ governor }) => governor?.threads ?? Number.NaN,
  )
  gauge('lutra_governor_paused', '1 while it pauses.', ({ governor }) => Number(governor?.paused ?? false))
  metrics.ask('lutra_governor_paused_seconds_total', 'Computing that waited for the budget.', 'counter', () => {
    return (load().governor?.pausedMs ?? 0) / 1000
  })
  gauge('lutra_memory_available_bytes', 'What may still be taken.', (now) => now.freeBytes)
  gauge(
    'lutra_threads',
    'Threads of this process; NaN where the system does not tell.',
    (now) => now.threads ?? Number.NaN,
  )
  gauge('lutra_timer_lateness_p99_seconds', 'Of a 100 Hz timer, over a second.', (now) => now.lateness.p99 / 1000)
  gauge('lutra_timer_lateness_max_seconds', 'Of a 100 Hz timer, over a second.', (now) => now.lateness.max / 1000)
}
