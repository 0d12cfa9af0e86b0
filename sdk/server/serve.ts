/**
 * `serve`: an open model behind HTTP.
 * takes  a Model, options · gives  a Server; its owner closes it, then the robot and the model
 * before ./listen, ./openai, ./robot · after sdk/cli/serve
 */
import type { Server as HttpServer } from 'node:http'
import type { Model } from '../open.js'
import { healthRoutes } from './health.js'
import { Line } from './line.js'
import { listen } from './listen.js'
import { Metrics } from './metrics.js'
import { chatRoute } from './openai/chat.js'
import { completionRoute } from './openai/completions.js'
import { embeddingRoute } from './openai/embeddings.js'
import { Formats } from './openai/format.js'
import { modelRoutes } from './openai/models.js'
import { Speaker } from './openai/speaker.js'
import { type Served, type ServeOptions, type Settings, settingsOf } from './options.js'
import { robotRoutes } from './robot.js'
import type { Route } from './route.js'
import { Sessions } from './sessions.js'
import { loadMetrics } from './watch/metrics.js'
import { allOf } from './watch/watch.js'
import { type Watched, watched } from './watch/watched.js'

export interface Server {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string
  readonly port: number
  /** @internal Connections that are handed to it are served; for tests without sockets. */
  readonly http: HttpServer
  /** Takes nothing new, lets what runs finish for `drain` milliseconds, then cancels it. Idempotent. */
  close(): Promise<void>
}

export async function serve(model: Model, options: ServeOptions = {}): Promise<Server> {
  const settings = settingsOf(options)
  const { concurrent, queue, patience } = settings
  const line = new Line({ places: concurrent, most: queue, patience })
  const metrics = new Metrics()
  const page = settings.page ? openPage(model, settings, line, metrics) : undefined
  const watch = allOf([page, settings.watch])
  const sessions = new Sessions(settings.sessions, () => model.session())
  const served: Served = { model, settings, line, sessions, metrics, watch, begun: Date.now() }
  const { robot, audit } = settings
  const listening = await listen([...routesOf(served), ...(page?.routes ?? [])], settings, (route, status, seconds) => {
    metrics.count('lutra_requests_total', 'Answered requests.', { route, status })
    metrics.observe('lutra_request_seconds', 'From a request to the end of its answer.', seconds, { route })
  }).catch((fault: unknown) => {
    page?.close()
    throw fault
  })
  const { url, port, http } = listening
  const stops = robot && audit?.watch(robot)
  const end = async () => {
    await listening.close(() => {
      line.close()
      page?.close()
    })
    stops?.unsubscribe()
    sessions.close()
  }
  return { url, port, http, close: end }
}

/** The page and what stands behind it, also for the metrics. */
function openPage(model: Model, { concurrent, queue, robot, map }: Settings, line: Line, metrics: Metrics): Watched {
  const limits = { concurrent, queue, context: model.program.context }
  const page = watched({ model, robot, map, line, limits })
  loadMetrics(metrics, page)
  return page
}

/** Everything that is answered. The first that fits is taken. */
function routesOf(served: Served): readonly Route[] {
  const speaker = new Speaker(served.model, served.sessions)
  return [
    ...healthRoutes(served),
    ...modelRoutes(served),
    chatRoute(served, speaker, new Formats()),
    completionRoute(served, speaker),
    embeddingRoute(served, speaker),
    ...robotRoutes(served),
    ...(served.settings.routes ?? []),
  ]
}
