/**
 * The page's own paths. They tell nothing and move nothing, so they need no token: the page asks for it.
 * gives  GET / and GET /page/:name · before ./files · after ../watch/watched
 */
import type { ServerResponse } from 'node:http'
import { Fault } from '../fault.js'
import type { Call, Route } from '../route.js'
import { pageFile, pageHeaders } from './files.js'

export function pageRoutes(): readonly Route[] {
  return [
    { method: 'GET', path: '/', open: true, handle: (call) => send(call, 'index.html') },
    { method: 'GET', path: '/page/:name', open: true, handle: (call) => send(call, call.params.name) },
  ]
}

function send({ request, response }: Call, name: string): void {
  const file = pageFile(name)
  if (!file) throw new Fault(404, 'Expected a file of the page; see /', { code: 'unknown_url' })
  const { type, bytes, etag } = file
  const headers = { ...pageHeaders, ETag: etag }
  if (request.headers['if-none-match'] === etag) end(response, 304, headers)
  else end(response, 200, { ...headers, 'Content-Type': type, 'Content-Length': bytes.length }, bytes)
}

function end(response: ServerResponse, status: number, headers: Record<string, string | number>, bytes?: Uint8Array) {
  response.writeHead(status, headers)
  response.end(bytes)
}
