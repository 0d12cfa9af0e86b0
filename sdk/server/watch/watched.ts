/**
 * Everything behind the page in one: where the server tells what happens, the paths that show it, the load.
 * takes  a model, a robot, the map of its world, the line's counters · gives  a Watch with routes; its owner closes it
 * before ./hub, ./load, ./robot, ./status, ../page/routes · after ../serve
 */
import type { Observable } from 'rxjs'
import type { Reader } from '../../../hal/reader.js'
import type { Model } from '../../open.js'
import { sendJson } from '../answer.js'
import { pageRoutes } from '../page/routes.js'
import type { Route } from '../route.js'
import type { Load, Status } from './event.js'
import { WatchHub } from './hub.js'
import { LoadSampler } from './load.js'
import { type RobotWord, watchRobot } from './robot.js'
import { type StatusParts, statusOf } from './status.js'
import type { Watch } from './watch.js'

export interface WatchedParts extends StatusParts {
  readonly model: Model
  readonly robot?: StatusParts['robot'] & { readonly state: Observable<RobotWord> }
  /** What computes now and what waits. */
  readonly line: { readonly running: number; readonly waiting: number }
  /** How the machine is read; tests bring one. */
  readonly reader?: Reader
  /** Milliseconds between two samples of the load; see LoadOptions. */
  readonly every?: number
}

export interface Watched extends Watch {
  /** `/`, `/page/…`, `/lutra/status`, `/lutra/events`. */
  readonly routes: readonly Route[]
  /** The newest sample, for the metrics; it keeps the sampling awake for a minute. */
  load(): Load
  /** Joules while the sampling was awake. */
  joules(): number
  /** Ends the streams, so that the server need not wait for pages that stay open. */
  close(): void
}

export function watched(parts: WatchedParts): Watched {
  const { model, line, robot } = parts
  const hub = new WatchHub()
  const load = new LoadSampler({
    reader: parts.reader,
    every: parts.every,
    counters: () => ({ running: line.running, waiting: line.waiting, tokens: hub.tokens }),
    governor: model.governor && (() => model.governor?.state),
    lutCore: model.plan.accelerator?.lut ? () => model.counters() : undefined,
  })
  hub.onWatched(load.watched)
  load.onLoad((each) => hub.emit({ type: 'load', load: each }))
  const leave = robot && watchRobot(hub, robot.state)
  let status: Promise<Status> | undefined
  const known = () => {
    status ??= statusOf(parts)
    // A back end that stumbled may not do so again.
    status.catch(() => {
      status = undefined
    })
    return status
  }
  return {
    emit: (happening) => hub.emit(happening),
    load: () => load.latest(),
    joules: () => load.joules,
    routes: [
      ...pageRoutes(),
      { method: 'GET', path: '/lutra/status', handle: async ({ response }) => sendJson(response, await known()) },
      { method: 'GET', path: '/lutra/events', handle: ({ request, response }) => hub.serve(request, response) },
    ],
    close() {
      leave?.()
      load.close()
      hub.close()
    },
  }
}
