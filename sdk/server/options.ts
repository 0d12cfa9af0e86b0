/**
 * How a server is set up: every option with its unit and default, checked before anything listens.
 * takes  ServeOptions · gives  Settings; LutraError limit, mismatch or unsafe · before ./serve
 */
import { isIP } from 'node:net'
import { LutraError } from '../../hal/error.js'
import type { Audit, Skills } from '../action/index.js'
import type { Model } from '../open.js'
import type { FloorPlan, Robot } from '../robot/index.js'
import type { Line } from './line.js'
import type { Metrics } from './metrics.js'
import type { Route } from './route.js'
import type { Sessions } from './sessions.js'
import type { Watch } from './watch/watch.js'

/** Any robot, whatever its skills. */
export type ServedRobot = Pick<Robot, 'name' | 'simulated' | 'state' | 'perform' | 'stop' | 'reset'> & {
  readonly skills: Skills
}

export interface ServeOptions {
  /** Default 8080; 0 for a free one. */
  readonly port?: number
  /** Where to listen. Default 127.0.0.1, this machine alone; anything else needs a token. */
  readonly host?: string
  /** Secrets of which a client must show one, as `Authorization: Bearer`. With several, each is a client of its own. */
  readonly tokens?: readonly string[]
  /** Web origins beside our own whose pages may use this server, `https://example.org`; `*` for all. Default none. */
  readonly allowOrigin?: readonly string[]
  /** Names beside IP addresses and localhost by which this machine may be called. Default none. */
  readonly allowHost?: readonly string[]
  /** Generations at the same time; they share passes over the weights. Default 4. */
  readonly concurrent?: number
  /** Requests that may wait for their turn; further ones get 429. Default 64. */
  readonly queue?: number
  /** Milliseconds that a request may wait for its turn before it gets 503. Default 60000. */
  readonly patience?: number
  /** Idle conversations whose keys and values are kept for their next turn. Default 4; 0 for none. */
  readonly sessions?: number
  /** Bytes of the longest body. Default 4 MiB. */
  readonly bodyBytes?: number
  /** Milliseconds in which a whole request must have arrived. Default 30000. */
  readonly requestTimeout?: number
  /** Milliseconds that a stream's reader may leave its buffers full before it is hung up on. Default 15000. */
  readonly stall?: number
  /** Milliseconds that running answers get to finish when the server closes. Default 10000. */
  readonly drain?: number
  /** What `/lutra/act` drives. Its owner closes it. */
  readonly robot?: ServedRobot
  /** Where `/lutra/act` and the robot's stops are written down before they are acted upon. Its owner closes it. Default none. */
  readonly audit?: Audit
  /** The world that the robot moves in, for the page's map: `floorPlan()` of the simulated rover. Default: not known. */
  readonly map?: FloorPlan
  /** Whether `/` shows the page, and `/lutra/events` what happens. Default true. */
  readonly page?: boolean
  /** More paths; they come after the server's own. */
  readonly routes?: readonly Route[]
  /** Told of requests, tokens and actions as they happen. */
  readonly watch?: Watch
  /** Told of faults of ours, which clients only know as 500. Default: stderr. */
  readonly onFault?: (fault: unknown) => void
}

type Optional = 'robot' | 'audit' | 'map' | 'watch' | 'routes'
export type Settings = Required<Omit<ServeOptions, Optional>> & Pick<ServeOptions, Optional>

/** Name, default, least, most. */
const numbers = [
  ['port', 8080, 0, 65535],
  ['concurrent', 4, 1, 1024],
  ['queue', 64, 0, 65536],
  ['patience', 60_000, 1, 3_600_000],
  ['sessions', 4, 0, 1024],
  ['bodyBytes', 4 << 20, 1024, 1 << 30],
  ['requestTimeout', 30_000, 100, 3_600_000],
  ['stall', 15_000, 100, 3_600_000],
  ['drain', 10_000, 0, 3_600_000],
] as const

export function settingsOf(options: ServeOptions): Settings {
  const { host = '127.0.0.1', tokens = [], allowOrigin = [], allowHost = [] } = options
  const { robot, audit, map, page = true, routes, watch } = options
  const found: Record<string, number> = {}
  for (const [name, usual, least, most] of numbers) {
    const value = options[name] ?? usual
    if (!(Number.isInteger(value) && value >= least && value <= most))
      throw new LutraError('limit', `Expected ${name} to be a whole number from ${least} to ${most} but found ${value}`)
    found[name] = value
  }
  if (tokens.some((token) => !/^\S+$/.test(token)))
    throw new LutraError('mismatch', 'Expected tokens without spaces, of at least one character each')
  if (tokens.length === 0 && !isLoopback(host))
    throw new LutraError(
      'unsafe',
      `Expected a token, since ${host} can be reached from other machines; give one, or listen on 127.0.0.1`,
    )
  const onFault = options.onFault ?? ((fault) => process.stderr.write(`lutra: serve: ${String(fault)}\n`))
  const given = found as Pick<Settings, (typeof numbers)[number][0]>
  return { ...given, host, tokens, allowOrigin, allowHost, robot, audit, map, page, routes, watch, onFault }
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}

/** What every handler stands on. */
export interface Served {
  readonly model: Model
  readonly settings: Settings
  readonly line: Line
  readonly sessions: Sessions
  readonly metrics: Metrics
  readonly watch: Watch
  /** Milliseconds since 1970. */
  readonly begun: number
}
