/** GET /health, for whoever restarts what hangs, and GET /metrics, for Prometheus. */
import { sendJson, sendText } from './answer.js'
import type { Served } from './options.js'
import type { Route } from './route.js'

export function healthRoutes({ model, line, sessions, metrics }: Served): readonly Route[] {
  metrics.ask('lutra_requests_running', 'Requests that compute now.', 'gauge', () => line.running)
  metrics.ask('lutra_requests_waiting', 'Requests that wait for their turn.', 'gauge', () => line.waiting)
  metrics.ask('lutra_sessions_idle', 'Conversations kept for their next turn.', 'gauge', () => sessions.idle)
  metrics.ask('lutra_model_resident_bytes', 'Packed weights and buffers.', 'gauge', () => model.program.residentBytes)
  metrics.ask('process_resident_memory_bytes', 'Memory of the whole process.', 'gauge', () => process.memoryUsage.rss())
  metrics.ask('process_cpu_seconds_total', 'Processor time of the whole process.', 'counter', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  return [
    {
      method: 'GET',
      path: '/health',
      open: true,
      handle: ({ response }) => sendJson(response, { status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/metrics',
      handle: ({ response }) => sendText(response, metrics.text(), 'text/plain; version=0.0.4; charset=utf-8'),
    },
  ]
}
