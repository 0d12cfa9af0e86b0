/**
 * Requests that nobody would send, at a served small model: changed bodies of every endpoint, and bytes that are no HTTP.
 * takes  a seed and a count · gives  how many got which status; throws where an answer is missing, broken or a 500
 * Connections are handed over in this process, so that node's parser is fuzzed too and no socket slows it.
 */
import { Duplex } from 'node:stream'
import type { Server } from '../../../sdk/server/index.js'
import { random } from '../../kernels/random.js'

const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false }
const tool = { type: 'function', function: { name: 'f', parameters: schema } }
const templates: readonly (readonly [path: string, body: object])[] = [
  ['/v1/chat/completions', { model: 'x', messages: [{ role: 'user', content: 'a' }], max_tokens: 1 }],
  [
    '/v1/chat/completions',
    {
      messages: [{ role: 'system', content: [{ type: 'text', text: 'b' }] }],
      max_tokens: 0,
      stream: true,
      stream_options: { include_usage: true },
    },
  ],
  [
    '/v1/chat/completions',
    {
      messages: [{ role: 'user', content: 'a' }],
      max_tokens: 0,
      response_format: { type: 'json_schema', json_schema: { name: 's', strict: true, schema } },
    },
  ],
  [
    '/v1/chat/completions',
    {
      messages: [{ role: 'user', content: 'a' }],
      max_tokens: 0,
      tools: [tool],
      tool_choice: 'auto',
      logprobs: true,
      top_logprobs: 1,
    },
  ],
  [
    '/v1/chat/completions',
    {
      messages: [
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: '1', content: 'c' },
      ],
      max_tokens: 0,
    },
  ],
  ['/v1/completions', { prompt: 'a', max_tokens: 0, logit_bias: { 3: 1 }, stop: ['b'], logprobs: 1, n: 1 }],
  ['/v1/completions', { prompt: [3, 4], max_tokens: 0, echo: true, seed: 1, temperature: 1, top_p: 0.5 }],
  ['/v1/embeddings', { input: ['a', 'b'], encoding_format: 'base64' }],
]
const values: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1e308,
    1.5,
    2 ** 53,
    '',
    'a',
    '\u0000',
    '\ud800',
    '<s>',
    [],
    {},
    [[]],
    [null],
    { a: {} },
  ],
  ...[
    { type: 'json_object' },
    { $ref: '#' },
    { anyOf: [] },
    { type: ['string', 'null'] },
    'x'.repeat(300),
    [{ role: 'user' }],
  ],
]

const names = ['stream', 'n', 'tools', 'type', 'PROTO', 'constructor', 'pattern', 'messages']

export interface Fuzzed {
  readonly cases: number
  readonly byStatus: Readonly<Record<string, number>>
}

export async function fuzzHttp(server: Server, cases: number, seed: number, lanes = 8): Promise<Fuzzed> {
  const byStatus: Record<string, number> = {}
  let left = cases
  // Most answers are faults, and nobody reads where those were made.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const lane = async (number: number) => {
    const next = random(seed * 1000 + number)
    let line = new Line(server)
    while (left-- > 0) {
      const bytes = requestOf(next)
      const answer = await line.ask(bytes)
      check(answer, bytes)
      byStatus[answer.status] = (byStatus[answer.status] ?? 0) + 1
      if (line.destroyed || line.closed) line = new Line(server)
    }
    line.destroy()
  }
  try {
    await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)))
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  return { cases, byStatus }
}

interface Answer {
  readonly status: string
  readonly text: string
}

const usual = new Set(['200', '400', '403', '404', '405', '408', '413', '415', '417', '429', '431', '503'])

function check({ status, text }: Answer, request: string): void {
  if (!usual.has(status))
    throw new Error(`Expected an answer but got ${status} ${text.slice(0, 400)} for ${request.slice(0, 2000)}`)
  const at = text.indexOf('\r\n\r\n')
  if (status === '200' || at < 0 || !/content-type: application\/json/i.test(text)) return
  const { error } = JSON.parse(text.slice(at + 4)) as { error: Record<string, unknown> }
  if (typeof error.message !== 'string' || typeof error.type !== 'string')
    throw new Error(`Expected an error object in ${text}`)
}

function pick<T>(next: () => number, all: readonly T[]): T {
  return all[Math.floor(next() * all.length)]
}

function requestOf(next: () => number): string {
  const [path, template] = pick(next, templates)
  const document = JSON.parse(JSON.stringify(template))
  for (let i = Math.floor(next() * 3); i >= 0; i--) change(document, next)
  let body = JSON.stringify(document).replaceAll('"PROTO"', '"__proto__"')
  const dice = next()
  if (dice < 0.1) body = body.slice(0, Math.floor(next() * body.length))
  else if (dice < 0.2) {
    const at = Math.floor(next() * body.length)
    body = body.slice(0, at) + String.fromCharCode(Math.floor(next() * 128)) + body.slice(at + 1)
  } else if (dice < 0.22) body = '['.repeat(Math.floor(next() * 200)) + body
  const bytes = Buffer.from(body)
  const head = next()
  const type = head < 0.03 ? 'text/plain' : 'application/json'
  const host = head > 0.98 ? 'evil.example' : 'localhost'
  const method = head > 0.96 && head < 0.97 ? pick(next, ['GET', 'PUT', 'PRI', 'OPTIONS', 'CONNECT']) : 'POST'
  const start = `${method} ${head > 0.95 && head < 0.96 ? pick(next, ['/', '/%', '//', '/v1/models/%2e', '*']) : path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${type}\r\n`
  if (head > 0.9 && head < 0.95) {
    const size = head < 0.93 ? bytes.length.toString(16) : pick(next, ['', 'zz', '-1', 'fffffffff', '1'])
    return `${start}Transfer-Encoding: chunked\r\n\r\n${size}\r\n${bytes.toString('latin1')}\r\n0\r\n\r\n`
  }
  return `${start}Content-Length: ${bytes.length}\r\n\r\n${bytes.toString('latin1')}`
}

/** Sets, deletes, doubles or moves something somewhere in the document. */
function change(document: Record<string, unknown>, next: () => number): void {
  let at: Record<string, unknown> = document
  for (;;) {
    const keys = Object.keys(at)
    const key = keys.length === 0 ? 'a' : pick(next, keys)
    const inner = at[key]
    if (typeof inner === 'object' && inner !== null && next() < 0.7) {
      at = inner as Record<string, unknown>
      continue
    }
    const dice = next()
    const value = structuredClone(pick(next, values))
    if (dice < 0.6) at[key] = value
    else if (dice < 0.75) delete at[key]
    else if (dice < 0.9) at[pick(next, names)] = value
    else at[key] = structuredClone(document)
    return
  }
}

/** One connection: a request, its answer, the next. */
class Line extends Duplex {
  #heard = ''
  #told: ((answer: Answer) => void) | undefined

  constructor(server: Server) {
    super()
    this.on('error', () => {})
    this.once('close', () => this.#answer())
    server.http.emit('connection', this)
  }

  ask(bytes: string): Promise<Answer> {
    return new Promise((resolve) => {
      this.#heard = ''
      this.#told = resolve
      this.push(Buffer.from(bytes, 'latin1'))
      // A request that says it is longer than it is waits for more: nothing comes.
      if (isShort(bytes)) this.push(null)
    })
  }

  override _read(): void {}

  override _write(part: Buffer, _encoding: string, next: () => void): void {
    this.#heard += part.toString('latin1')
    next()
    if (isWhole(this.#heard)) this.#answer()
  }

  override _final(next: () => void): void {
    next()
    this.#answer()
    this.destroy()
  }

  #answer(): void {
    const text = this.#heard
    const told = this.#told
    this.#told = undefined
    if (/^connection: close/im.test(text)) this.destroy()
    // A connection that is closed without a word is an answer to what is no request.
    told?.({ status: /^HTTP\/1.1 (\d+)/.exec(text)?.[1] ?? '400', text })
  }
}

function isShort(bytes: string): boolean {
  return /\r\nTransfer-Encoding: chunked\r\n\r\n(f{9}|1)\r\n/.test(bytes) || /^(CONNECT|PRI) /.test(bytes)
}

function isWhole(text: string): boolean {
  const at = text.indexOf('\r\n\r\n')
  if (at < 0) return false
  const head = text.slice(0, at)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length !== undefined) return text.length >= at + 4 + Number(length)
  if (/transfer-encoding: chunked/i.test(head)) return text.endsWith('\r\n0\r\n\r\n')
  return true
}
