/**
 * Who may come in: the right Host, no foreign web page, the right token.
 * takes  a request's headers · gives  nothing, or a Fault 401 or 403 · before ./route · after ./serve
 * A page that the user's browser shows can reach this machine's ports. It cannot choose its Host (DNS rebinding brings
 * its own name along) nor leave out its Origin, so that both tell it from programs and from our own page.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { Fault } from './fault.js'

export interface GateOptions {
  readonly host: string
  readonly tokens: readonly string[]
  /** Origins of other sites whose pages may use this server; `*` for all. */
  readonly allowOrigin: readonly string[]
  /** Names beside IP addresses and localhost by which this machine may be called. */
  readonly allowHost: readonly string[]
}

export class Gate {
  readonly #hashes: readonly Buffer[]

  constructor(readonly options: GateOptions) {
    this.#hashes = options.tokens.map(hash)
  }

  checkHost({ host, 'sec-fetch-site': site, origin }: IncomingHttpHeaders): void {
    const name = hostName(host)
    if (name === undefined || !this.#isOurs(name))
      throw new Fault(403, 'Expected a Host that is an IP address or localhost; allow others with --allow-host', {
        code: 'host_not_allowed',
      })
    if (origin !== undefined && !this.#isAllowed(origin, host))
      throw new Fault(403, 'Expected no web page of another origin; allow one with --allow-origin', {
        code: 'origin_not_allowed',
      })
    // Pages that a browser opens without an Origin: images, frames, links. A person's own click on a link is `none`.
    if (origin === undefined && site === 'cross-site' && this.options.allowOrigin.length === 0)
      throw new Fault(403, 'Expected no request from a web page of another site', { code: 'origin_not_allowed' })
  }

  /** Which token it is, from 0; 0 where none is needed. */
  checkToken({ authorization = '' }: IncomingHttpHeaders): number {
    if (this.#hashes.length === 0) return 0
    const given = hash(/^Bearer +(\S+)\s*$/i.exec(authorization)?.[1] ?? '')
    // Each is compared, whichever fits, so that time tells nothing.
    const fits = this.#hashes.map((each) => timingSafeEqual(each, given))
    const found = fits.indexOf(true)
    if (found >= 0) return found
    throw new Fault(401, 'Expected the header Authorization: Bearer TOKEN with the right token', {
      code: 'invalid_api_key',
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
  }

  /** Lets the pages of allowed origins read the answer. */
  allow({ headers }: IncomingMessage, response: ServerResponse): void {
    const { origin } = headers
    if (this.options.allowOrigin.length === 0) return
    response.setHeader('Vary', 'Origin')
    if (origin === undefined || !this.#isAllowed(origin, headers.host)) return
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After, X-Request-Id')
  }

  /** The question that a browser asks before it lets an allowed page send a request. */
  preflight({ headers }: IncomingMessage, response: ServerResponse): void {
    if (headers['access-control-request-private-network'] === 'true')
      response.setHeader('Access-Control-Allow-Private-Network', 'true')
    response.writeHead(204, {
      'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
      'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? 'Authorization, Content-Type',
      'Access-Control-Max-Age': '600',
    })
    response.end()
  }

  #isOurs(name: string): boolean {
    const { host, allowHost } = this.options
    return (
      isIP(name) !== 0 ||
      name === 'localhost' ||
      name.endsWith('.localhost') ||
      name === host.toLowerCase() ||
      allowHost.some((each) => each.toLowerCase() === name)
    )
  }

  #isAllowed(origin: string, host: string | undefined): boolean {
    const { allowOrigin } = this.options
    if (allowOrigin.includes('*') || allowOrigin.includes(origin)) return true
    // Our own page, also behind something that speaks TLS for us.
    return origin === `http://${host}` || origin === `https://${host}`
  }
}

/** The name in a Host header, in lower case, without its port and brackets. */
function hostName(host: string | undefined): string | undefined {
  const found = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host ?? '')
  return (found?.[1] ?? found?.[2])?.toLowerCase()
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
