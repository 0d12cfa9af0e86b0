/** Whole answers: JSON and text, with the headers that all of them carry. */
import type { ServerResponse } from 'node:http'
import type { Fault } from './fault.js'

/** Nothing here is for caches or for guessing browsers. */
export function plainHeaders(response: ServerResponse): void {
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('X-Content-Type-Options', 'nosniff')
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  sendText(response, JSON.stringify(value), 'application/json', status)
}

export function sendText(
  response: ServerResponse,
  text: string,
  type = 'text/plain; charset=utf-8',
  status = 200,
): void {
  if (response.headersSent || response.destroyed) return
  plainHeaders(response)
  const body = Buffer.from(text)
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length })
  response.end(body)
}

export function sendFault(response: ServerResponse, fault: Fault): void {
  if (response.headersSent || response.destroyed) return
  for (const [name, value] of Object.entries(fault.details.headers ?? {})) response.setHeader(name, value)
  const { retryAfter } = fault.details
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter))
  sendJson(response, fault.body, fault.status)
}
