/** A hub on this machine, which can be told to misbehave: cut, stall, lie, change, redirect. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Bytes that differ everywhere. */
export function content(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length)
  let x = seed
  for (let i = 0; i < length; i++) {
    x = (x * 1103515245 + 12345) & 0x7fffffff
    bytes[i] = x >> 16
  }
  return bytes
}

export interface Request {
  readonly url: string
  readonly method: string
  readonly range?: string
  readonly authorization?: string
  readonly response: ServerResponse
  readonly headers: IncomingMessage['headers']
}

/** Answers a request, or returns `notFound`. */
export type Handler = (request: Request, count: number) => unknown
export const notFound = Symbol('404')

export class Hub {
  readonly requests: Omit<Request, 'response'>[] = []
  handler: Handler = () => notFound
  #server: Server

  constructor() {
    this.#server = createServer((incoming, response) => {
      const { url = '', method = 'GET', headers } = incoming
      const request = { url, method, headers, range: headers.range, authorization: headers.authorization, response }
      this.requests.push({ url, method, headers, range: headers.range, authorization: headers.authorization })
      response.on('error', () => {})
      if (this.handler(request, this.requests.length) === notFound) response.writeHead(404).end('no such file')
    })
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  reset(handler: Handler): void {
    this.requests.length = 0
    this.handler = handler
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** As a good server sends a file: ranges, ETag, If-Range; `most` bytes and then the line is cut. */
export function send(
  { range, headers, method, response }: Request,
  bytes: Buffer,
  {
    etag = `"${sha256(bytes).slice(0, 16)}"`,
    most = Number.POSITIVE_INFINITY,
    extra = {} as Record<string, string>,
  } = {},
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
  const part = range !== undefined && (headers['if-range'] === undefined || headers['if-range'] === etag)
  if (part && from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}`, etag }).end()
    return
  }
  const body = part ? bytes.subarray(from) : bytes
  const place = part ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}
  response.writeHead(part ? 206 : 200, { 'content-length': body.length, etag, ...place, ...extra })
  if (method === 'HEAD') return void response.end()
  if (most >= body.length) return void response.end(body)
  response.write(body.subarray(0, most), () => setTimeout(() => response.destroy(), 5))
}
