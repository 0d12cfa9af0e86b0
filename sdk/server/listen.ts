/**
 * Routes behind node's HTTP server: who may come, who answers, and what becomes of everything that goes wrong.
 * takes  routes, settings · gives  a Server · before ./gate, ./route · after ./serve
 */
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { LutraError } from '../../hal/error.js'
import { sendFault } from './answer.js'
import { readJson } from './body.js'
import { Connections } from './connections.js'
import { Fault, faultOf } from './fault.js'
import { Gate } from './gate.js'
import type { Settings } from './options.js'
import { findRoute, type Route } from './route.js'

/** Connections at once; each costs some kilobytes, also where it only waits. */
const mostConnections = 1024
/** Milliseconds for the headers alone, and for the next request on an open connection. */
const [headersTimeout, keepAliveTimeout] = [10_000, 5_000]
const mostHeaderBytes = 16 << 10

export interface Listening {
  readonly url: string
  readonly port: number
  /** Every connection that is handed to it is served; for tests without sockets. */
  readonly http: HttpServer
  /** `stopping` is called once nothing new is taken, before what runs is waited for. */
  close(stopping: () => void): Promise<void>
}

/** Told of each answer: the route's path, or `none`, the status, and seconds from request to end. */
export type Ended = (path: string, status: number, seconds: number) => void

export async function listen(routes: readonly Route[], settings: Settings, ended: Ended): Promise<Listening> {
  const gate = new Gate(settings)
  const connections = new Connections()
  let count = 0
  let closing: Promise<void> | undefined

  const answer = async (request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<string> => {
    const { method = 'GET', url = '/', headers } = request
    const id = `req-${++count}`
    response.setHeader('X-Request-Id', id)
    let known = 'none'
    try {
      gate.checkHost(headers)
      gate.allow(request, response)
      if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
        gate.preflight(request, response)
        return known
      }
      const [path, query] = splitUrl(url)
      const { route, params, allowed } = findRoute(routes, method, path)
      known = route?.path ?? known
      const token = route?.open ? 0 : gate.checkToken(headers)
      if (!route) throw notFound(method, path, allowed)
      const client = settings.tokens.length > 1 ? `token ${token}` : (request.socket.remoteAddress ?? 'gone')
      const json = () => readJson(request, settings.bodyBytes)
      await route.handle({ id, request, response, params, query, client, signal, json })
    } catch (error) {
      const fault = faultOf(error)
      if (fault.status === 500) settings.onFault(error)
      if (!response.headersSent) sendFault(response, fault)
      else if (!response.writableEnded) response.destroy()
    }
    return known
  }

  const http = createServer({ headersTimeout, keepAliveTimeout, maxHeaderSize: mostHeaderBytes })
  http.requestTimeout = settings.requestTimeout
  http.maxConnections = mostConnections
  http.on('request', (request, response) => {
    const begun = performance.now()
    request.on('error', () => {}) // told by its signal
    response.on('error', () => {})
    if (closing) response.setHeader('Connection', 'close')
    const signal = connections.begin(request, response)
    const route = answer(request, response, signal)
    response.once('close', () => {
      const seconds = (performance.now() - begun) / 1000
      // 499 as in nginx: nobody was left to answer.
      const status = response.writableFinished ? response.statusCode : 499
      void route.then((path) => ended(path, status, seconds))
    })
  })
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket))

  await new Promise<void>((resolve, reject) => {
    http.once('error', (cause) => {
      reject(
        new LutraError('io', `Expected to listen on ${settings.host}:${settings.port} but ${cause.message}`, { cause }),
      )
    })
    http.listen(settings.port, settings.host, resolve)
  })
  const { port, address, family } = http.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`

  const close = async (stopping: () => void) => {
    const closed = new Promise<void>((resolve) => http.close(() => resolve()))
    http.closeIdleConnections()
    stopping()
    await within(settings.drain, connections.idle())
    connections.abortAll()
    // What was cancelled says so to its clients first.
    await within(500, connections.idle())
    http.closeAllConnections()
    await closed
  }
  return {
    ...{ url, port, http },
    close: (stopping) => {
      closing ??= close(stopping)
      return closing
    },
  }
}

function splitUrl(url: string): [path: string, query: URLSearchParams] {
  const at = url.indexOf('?')
  return at < 0 ? [url, new URLSearchParams()] : [url.slice(0, at), new URLSearchParams(url.slice(at + 1))]
}

function notFound(method: string, path: string, allowed: readonly string[]): Fault {
  if (allowed.length === 0)
    return new Fault(404, `Expected a known path but found ${path.slice(0, 100)}`, { code: 'unknown_url' })
  return new Fault(405, `Expected ${allowed.join(' or ')} for ${path} but found ${method}`, {
    code: 'method_not_allowed',
    headers: { Allow: [...new Set(allowed)].join(', ') },
  })
}

/** Bytes that are no HTTP, or came too slowly: node knows no response for them. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, reason] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : [400, 'Bad Request']
  const body = JSON.stringify(new Fault(status, `Expected a whole HTTP request in time but: ${reason}`).body)
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/** Resolves when the work has, at the latest after so many milliseconds. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
