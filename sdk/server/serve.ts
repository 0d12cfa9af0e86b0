/**
 * `serve`: an open model behind HTTP.
 * takes  a Model, options · gives  a Server; its owner closes it, then the robot and the model
 * before ./listen, ./openai, ./robot · after sdk/cli/serve
 */
import type { Model } from '../open.js'
import { healthRoutes } from './health.js'
import { Line } from './line.js'
import { listen } from './listen.js'
import { Metrics } from './metrics.js'
import { modelRoutes } from './openai/models.js'
import { type Served, type ServeOptions, settingsOf } from './options.js'
import type { Route } from './route.js'
import { nobodyWatches } from './watch/watch.js'

export interface Server {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string
  readonly port: number
  /** Takes nothing new, lets what runs finish for `drain` milliseconds, then cancels it. Idempotent. */
  close(): Promise<void>
}

export async function serve(model: Model, options: ServeOptions = {}): Promise<Server> {
  const settings = settingsOf(options)
  const { concurrent, queue, patience, watch = nobodyWatches } = settings
  const line = new Line({ places: concurrent, most: queue, patience })
  const metrics = new Metrics()
  const served: Served = { model, settings, line, metrics, watch, begun: Date.now() }
  const { url, port, close } = await listen(routesOf(served), settings, (route, status, seconds) => {
    metrics.count('lutra_requests_total', 'Answered requests.', { route, status })
    metrics.observe('lutra_request_seconds', 'From a request to the end of its answer.', seconds, { route })
  })
  return { url, port, close: () => close(() => line.close()) }
}

/** Everything that is answered. The first that fits is taken. */
export function routesOf(served: Served): readonly Route[] {
  return [...healthRoutes(served), ...modelRoutes(served), ...(served.settings.routes ?? [])]
}
