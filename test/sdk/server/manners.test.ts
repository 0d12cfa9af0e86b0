/** Who may come in, what is too much, and how it ends: by sockets, since clients hide what is on the wire. */
import { connect, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../../sdk/server/index.js'
import { endless, hello, type ServedModel, served, smallModel, until } from './served.js'

let small: ServedModel
beforeAll(async () => {
  small = await served(await smallModel(), {
    concurrent: 1,
    queue: 2,
    patience: 60_000,
    stall: 300,
    requestTimeout: 1000,
    bodyBytes: 4096,
  })
})
afterAll(() => small[Symbol.asyncDispose]())

const long = { model: 'x', messages: hello, max_tokens: 900, ...endless }
const json = { 'Content-Type': 'application/json' }

function post(url: string, body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) {
  return fetch(`${url}/v1/chat/completions`, {
    ...{ method: 'POST', headers: { ...json, ...headers }, signal },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

async function gauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^lutra_requests_${name} (\\d+)`, 'm').exec(text)?.[1])
}

/** What comes back for bytes as they are; ends when the server closes, or with `enough`. */
function raw(port: number, bytes: string, enough?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let heard = ''
    socket.on('data', (part) => {
      heard += part
      if (enough?.test(heard)) socket.destroy()
    })
    socket.on('error', (fault: NodeJS.ErrnoException) => fault.code === 'ECONNRESET' || reject(fault))
    socket.on('close', () => resolve(heard))
  })
}

const request = (headers: string, body = '', line = 'POST /v1/completions HTTP/1.1') =>
  `${line}\r\nHost: localhost\r\nConnection: close\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`

describe('who may come in', () => {
  it('is nobody by another name: DNS rebinding brings its own', async () => {
    const ask = (host: string) =>
      raw(small.server.port, `GET /v1/models HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    for (const host of ['127.0.0.1', '127.0.0.1:8080', 'localhost', 'LOCALHOST:1', '[::1]:80', 'robot.localhost'])
      expect(await ask(host), host).toContain('HTTP/1.1 200')
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      ':8080',
      '',
      'a b',
      '127.0.0.1.evil.example',
      'evil@localhost',
    ])
      expect(await ask(host), host).toMatch(/HTTP\/1.1 40[03]/)
  })

  it('is no page of another origin, for any method', async () => {
    const own = { Origin: small.url }
    expect((await fetch(`${small.url}/v1/models`, { headers: own })).status).toBe(200)
    for (const Origin of ['http://evil.example', 'null', 'http://localhost:3000', `${small.url}.evil.example`]) {
      const answer = await post(small.url, long, { Origin })
      expect(answer.status, Origin).toBe(403)
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      expect((await fetch(`${small.url}/v1/models`, { headers: { Origin } })).status).toBe(403)
      const asked = { Origin, 'Access-Control-Request-Method': 'POST' }
      expect((await fetch(`${small.url}/v1/models`, { method: 'OPTIONS', headers: asked })).status).toBe(403)
    }
    // A form or an image cannot say it is JSON, or hides its Origin.
    const form = await fetch(`${small.url}/v1/completions`, { method: 'POST', body: '{"prompt":"a"}' })
    expect(form.status).toBe(415)
  })

  it('is a page whose origin was allowed', async () => {
    const model = await smallModel()
    await using open = await served(model, { allowOrigin: ['https://app.example'] })
    const headers = { Origin: 'https://app.example' }
    const answer = await fetch(`${open.url}/v1/models`, { headers })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
    const asked = {
      ...headers,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization',
    }
    const preflight = await fetch(`${open.url}/v1/models`, { method: 'OPTIONS', headers: asked })
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'authorization'])
    expect((await fetch(`${open.url}/v1/models`, { headers: { Origin: 'https://b.example' } })).status).toBe(403)
  })

  it('needs a token away from this machine, and then everywhere but at the door', async () => {
    const { model } = small
    for (const host of ['0.0.0.0', '::', '192.168.1.2', 'robot.local'])
      await expect(serve(model, { host, port: 0 })).rejects.toMatchObject({ kind: 'unsafe' })
    const server = await serve(model, { host: '0.0.0.0', port: 0, tokens: ['right', 'other'] })
    const url = `http://127.0.0.1:${server.port}`
    const status = async (path: string, token?: string) =>
      (await fetch(url + path, { headers: token === undefined ? {} : { Authorization: token } })).status
    expect(await status('/health')).toBe(200)
    for (const path of ['/v1/models', '/metrics', '/nothing', '/lutra/status', '/lutra/events']) {
      for (const token of [undefined, 'Bearer wrong', 'Bearer ', 'Basic right', 'right', 'Bearer rightt'])
        expect(await status(path, token), `${path} ${token}`).toBe(401)
    }
    expect(await status('/v1/models', 'Bearer right')).toBe(200)
    expect(await status('/v1/models', 'bearer other')).toBe(200)
    await server.close()
  })
})

describe('what is too much', () => {
  it('is told with its status, and the server lives on', async () => {
    const statusOf = async (bytes: string) => /^HTTP\/1.1 (\d+)/.exec(await raw(small.server.port, bytes))?.[1]
    const typed = 'Content-Type: application/json\r\n'
    expect(await statusOf(request(typed, `{"a":"${'x'.repeat(5000)}"}`))).toBe('413')
    expect(await statusOf(request(typed, `{"a":${'['.repeat(1000)}`))).toBe('400')
    expect(await statusOf(request(typed, '{"a":1,"a":2}'))).toBe('400')
    expect(await statusOf(request(typed, '[]'))).toBe('400')
    expect(await statusOf(request(typed, ''))).toBe('400')
    expect(await statusOf(request(`${typed}Content-Encoding: gzip\r\n`, '{}'))).toBe('415')
    expect(await statusOf('nonsense\r\n\r\n')).toBe('400')
    expect(await statusOf(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toBe('431')
    expect(await statusOf(request('', '', 'GET /v1/models/%ff HTTP/1.1'))).toBe('404')
    expect(await statusOf(request('', '', 'DELETE /v1/models HTTP/1.1'))).toBe('405')
    const chunked =
      'POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n'
    expect(await statusOf(`${chunked}${typed}\r\nzz\r\n{}\r\n0\r\n\r\n`)).toBe('400')
    expect(
      await statusOf(
        `${chunked}${typed}\r\n${'1000\r\n'}${'x'.repeat(4096)}\r\n1000\r\n${'x'.repeat(4096)}\r\n0\r\n\r\n`,
      ),
    ).toBe('413')
    expect((await fetch(`${small.url}/health`)).status).toBe(200)
  })

  it('is a request that does not come to its end', async () => {
    const slow =
      'POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"a'
    expect(await raw(small.server.port, slow)).toContain('408')
  })

  it('is more than the line holds: 429, and 503 after a while', async () => {
    const stop = new AbortController()
    const busy = Array.from({ length: 3 }, () =>
      post(small.url, { ...long, stream: true, n: 8 }, {}, stop.signal).then((a) => a.text()),
    )
    for (const each of busy) each.catch(() => {})
    await until(async () => (await gauge(small.url, 'waiting')) === 2, 'a full line')
    const refused = await post(small.url, long)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await refused.json()).toMatchObject({ error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } })
    stop.abort()
    await until(
      async () => (await gauge(small.url, 'waiting')) + (await gauge(small.url, 'running')) === 0,
      'an empty line',
    )
    await Promise.allSettled(busy)
  })
})

describe('a slow or vanished reader', () => {
  it('frees its place, also where it waits behind another in the same connection', async () => {
    const body = JSON.stringify({ ...long, n: 16 })
    const one = `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const socket = connect(small.server.port, '127.0.0.1', () => socket.write(one + one))
    await until(async () => (await gauge(small.url, 'waiting')) === 1, 'two pipelined requests')
    socket.destroy()
    await until(
      async () => (await gauge(small.url, 'waiting')) + (await gauge(small.url, 'running')) === 0,
      'an empty line',
    )
  })

  it('is waited for, in bounded memory, and hung up on in the end', async () => {
    const body = JSON.stringify({ ...long, n: 16, stream: true, logprobs: true, top_logprobs: 20 })
    const line = new SilentLine()
    small.server.http.emit('connection', line)
    line.say(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    await until(async () => (await gauge(small.url, 'running')) === 1, 'a stream')
    await until(async () => (await gauge(small.url, 'running')) === 0, 'its end')
    // Of some twenty megabytes.
    expect(line.taken).toBeLessThan(200_000)
    expect(line.destroyed).toBe(true)
  })
})

/** A connection whose other end sends and does not read. */
class SilentLine extends Duplex {
  taken = 0

  say(text: string): void {
    this.push(text)
  }

  override _read(): void {}

  override _write(part: Buffer, _encoding: string, _next: () => void): void {
    this.taken += part.length // never asks for more
  }
}

describe('closing', () => {
  it('lets what runs finish and refuses what waits', async () => {
    const model = await smallModel()
    const server = await serve(model, { port: 0, concurrent: 1, drain: 30_000 })
    const running = post(server.url, { ...long, max_tokens: 200 })
    await until(async () => (await gauge(server.url, 'running')) === 1, 'a running request')
    const waiting = post(server.url, long)
    await until(async () => (await gauge(server.url, 'waiting')) === 1, 'a waiting request')
    const closed = server.close()
    expect((await waiting).status).toBe(503)
    const answer = await running
    expect(answer.status).toBe(200)
    expect(((await answer.json()) as { usage: { completion_tokens: number } }).usage.completion_tokens).toBe(200)
    await closed
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
    await model.close()
  })

  it('cancels what takes too long and says so', async () => {
    const model = await smallModel()
    const server = await serve(model, { port: 0, drain: 50 })
    const stream = await post(server.url, { ...long, n: 16, stream: true })
    const text = stream.text()
    await server.close()
    expect(await text).toMatch(/"error":\{"message":"[^"]+","type":"server_error"/)
    await server.close()
    await model.close()
  })
})
