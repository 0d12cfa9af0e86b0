/**
 * A prompt as it came over the network, read with suspicion: size, UTF-8, JSON, names, numbers.
 * takes  a Message · gives  a Request, or why it is refused and where to say so
 * before ../broker · after ./work, ../service, ../fleet
 */
import { createHash, randomUUID } from 'node:crypto'
import { LutraError } from '../../../hal/error.js'
import { isSchemaObject } from '../../grammar/schema.js'
import type { Message } from '../broker/connection.js'
import { isLevel } from '../broker/topic.js'
import type { AskOptions } from '../model.js'

export type RequestKind = 'text' | 'act'

export interface Request {
  readonly id: string
  /** The sender gave the id (or correlation data), so that a second delivery can be told from a second wish. */
  readonly named: boolean
  /** Who asks, as they say; the queue is fair by it. */
  readonly client: string
  readonly kind: RequestKind
  readonly prompt: string
  readonly options: AskOptions
}

export interface RequestLimits {
  /** Bytes of a message. Default 65536. */
  readonly payloadBytes: number
  /** Characters of a prompt. Default 8192. */
  readonly promptCharacters: number
  /** Tokens of an answer; more is not refused but ends there. Default 1024. */
  readonly maxTokens: number
  /** Characters of a JSON Schema. Default 4096; 0 refuses them all. */
  readonly schemaCharacters: number
}

export const requestLimits: RequestLimits = {
  payloadBytes: 65_536,
  promptCharacters: 8192,
  maxTokens: 1024,
  schemaCharacters: 4096,
}

type Json = Readonly<Record<string, unknown>>

/** Who asks, as far as that can be told before anything else is read: an answer needs an id even where it is a refusal. */
export function idOf({ correlationData }: Pick<Message, 'correlationData'>): string {
  if (!correlationData?.length) return randomUUID()
  const text = Buffer.from(correlationData).toString('latin1')
  return isLevel(text) ? text : createHash('sha256').update(correlationData).digest('base64url').slice(0, 22)
}

/** LutraError format, limit or mismatch; its message is fit for whoever sent it. `usual` is what a plain text asks for. */
export function readRequest(message: Message, usual: RequestKind, limits: RequestLimits): Request {
  const { payload } = message
  if (payload.length > limits.payloadBytes)
    throw new LutraError('limit', `Expected at most ${limits.payloadBytes} bytes but found ${payload.length}`)
  const text = utf8(payload)
  const given: Json = text.trimStart().startsWith('{') ? parse(text) : { prompt: text }
  return { ...checkRequest(given, usual, limits), ...named(given, message) }
}

/** The same for what has been parsed already. */
export function checkRequest(
  given: Json,
  usual: RequestKind,
  limits: RequestLimits,
): Pick<Request, 'client' | 'kind' | 'prompt' | 'options'> {
  const { prompt, kind = usual, schema, options = {} } = given
  if (typeof prompt !== 'string' || prompt.trim() === '')
    throw new LutraError('format', 'Expected a prompt, as text or as "prompt" in a JSON object, but found none')
  if (prompt.length > limits.promptCharacters)
    throw new LutraError(
      'limit',
      `Expected a prompt of at most ${limits.promptCharacters} characters but found ${prompt.length}`,
    )
  if (kind !== 'text' && kind !== 'act')
    throw new LutraError('format', `Expected "kind" to be text or act but found ${show(kind)}`)
  if (!isSchemaObject(options))
    throw new LutraError('format', `Expected "options" as an object but found ${show(options)}`)
  const client = typeof given.client === 'string' ? given.client.slice(0, 64) : ''
  return { client, kind, prompt, options: { ...readOptions(options, limits), ...readSchema(schema, limits) } }
}

function named(given: Json, message: Message): Pick<Request, 'id' | 'named'> {
  if (given.id === undefined) return { id: idOf(message), named: Boolean(message.correlationData?.length) }
  if (!isLevel(given.id))
    throw new LutraError('format', `Expected "id" of 1 to 64 letters, digits and _.:- but found ${show(given.id)}`)
  return { id: given.id, named: true }
}

/** Least and most of each number that may be asked for. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  temperature: [0, 10],
  topK: [0, 1_000_000],
  topP: [0, 1],
  minP: [0, 1],
  seed: [0, 0xffff_ffff],
}

function readOptions(options: Json, { maxTokens }: RequestLimits): AskOptions {
  const out: Record<string, unknown> = { maxTokens }
  for (const [name, value] of Object.entries(options)) {
    if (name === 'maxTokens') out.maxTokens = Math.min(Math.floor(number(name, value, 1, 1e9)), maxTokens)
    else if (Object.hasOwn(RANGES, name)) out[name] = number(name, value, ...RANGES[name])
    else if (name === 'chat' && typeof value === 'boolean') out.chat = value
    else if (name === 'stop' && isStops(value)) out.stop = value
    else throw new LutraError('format', `Expected other options but found ${show(name)} with ${show(value)}`)
  }
  return out
}

function readSchema(schema: unknown, { schemaCharacters }: RequestLimits): { schema?: unknown } {
  if (schema === undefined) return {}
  if (!isSchemaObject(schema))
    throw new LutraError('format', `Expected "schema" as an object but found ${show(schema)}`)
  const length = JSON.stringify(schema).length
  if (length > schemaCharacters)
    throw new LutraError('limit', `Expected a schema of at most ${schemaCharacters} characters but found ${length}`)
  return { schema }
}

function number(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw new LutraError('format', `Expected "${name}" from ${least} to ${most} but found ${show(value)}`)
}

function isStops(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= 4 &&
    value.every((stop) => typeof stop === 'string' && stop.length > 0 && stop.length <= 64)
  )
}

export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new LutraError('format', 'Expected text in UTF-8 but found bytes that are none', { cause })
  }
}

export function parse(text: string): Json {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new LutraError('format', 'Expected JSON but could not read it', { cause })
  }
  if (!isSchemaObject(value)) throw new LutraError('format', `Expected a JSON object but found ${show(value)}`)
  return value
}

/** As much of it as fits a message, whatever it is. */
function show(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return (JSON.stringify(value) ?? String(value)).slice(0, 80)
}
