/**
 * Which path is answered by whom: a small table, in place of a framework.
 * takes  a method and a path · gives  the route and what its `:names` stand for
 * before every handler · after ./serve
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '../model/json.js'

/** One request on its way. */
export interface Call {
  /** Unique in this process: `req-1`. */
  readonly id: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Who asks, for fair turns: which token, or the address where all have the same. */
  readonly client: string
  /** Aborted when the client goes, or when the server ends what still runs. */
  readonly signal: AbortSignal
  /** The body as an object of limited size and depth; a Fault where it is none. */
  json(): Promise<JsonObject>
}

export interface Route {
  readonly method: 'GET' | 'POST'
  /** `/v1/models/:id`; a name matches one segment, `:rest*` at the end all that are left, at least one. */
  readonly path: string
  /** Answers without a token too: for what tells nothing and moves nothing. Host and Origin are still checked. */
  readonly open?: boolean
  /** Ends the response. What it throws becomes an error answer, as long as none was begun. */
  handle(call: Call): void | Promise<void>
}

export interface Found {
  readonly route?: Route
  readonly params: Readonly<Record<string, string>>
  /** Methods that the path knows, where the wrong one was used. */
  readonly allowed: readonly string[]
}

export function findRoute(routes: readonly Route[], method: string, path: string): Found {
  const wanted = method === 'HEAD' ? 'GET' : method
  const allowed: string[] = []
  for (const route of routes) {
    const params = match(route.path, path)
    if (!params) continue
    if (route.method === wanted) return { route, params, allowed }
    allowed.push(route.method)
  }
  return { params: {}, allowed }
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const [names, parts] = [pattern.split('/'), path.split('/')]
  const open = names.at(-1)?.endsWith('*') === true
  if (open ? parts.length < names.length : parts.length !== names.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, name] of names.entries()) {
    if (!name.startsWith(':')) {
      if (name !== parts[i]) return undefined
      continue
    }
    const rest = name.endsWith('*')
    const found = decoded(rest ? parts.slice(i).join('/') : parts[i])
    if (found === undefined || found === '') return undefined
    params[rest ? name.slice(1, -1) : name.slice(1)] = found
  }
  return params
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
