/**
 * JSON from a file that nobody vouches for: bounded depth, no key twice, only objects at the top.
 * takes  bytes or text, what it is · gives  an object with own keys; LutraError format or limit
 * after  ./safetensors (headers, indexes), ./huggingface (config.json), sdk/server (bodies)
 */
import { LutraError } from '../../hal/error.js'
import { quote } from './quote.js'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/** `advice` is what to do about a fault. */
export function parseJsonObject(
  source: Uint8Array | string,
  what: string,
  maxDepth: number,
  advice = 'download it again',
): JsonObject {
  const text = typeof source === 'string' ? source : utf8(source, what, advice)
  checkShape(text, what, maxDepth)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new LutraError('format', `Expected JSON in ${what} but found a fault: ${message(cause)}; ${advice}`, {
      cause,
    })
  }
  if (isObject(value as Json)) return value as JsonObject
  throw new LutraError('format', `Expected a JSON object in ${what} but found ${kindOf(value as Json)}`)
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as people call it, for messages. */
export function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object'
  return String(value)
}

/** The text of a file; LutraError format where it is no UTF-8. */
export function utf8(bytes: Uint8Array, what: string, advice = 'download it again'): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new LutraError('format', `Expected UTF-8 in ${what} but found other bytes; ${advice}`, { cause })
  }
}

/**
 * Depth and doubled keys, which JSON.parse lets pass: the second of two keys would win, in silence. One look at each
 * character; whether it is JSON at all is JSON.parse's matter.
 */
function checkShape(text: string, what: string, maxDepth: number): void {
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c === 0x7b || c === 0x5b) {
      if (open.length === maxDepth)
        throw new LutraError('limit', `Expected ${what} nested at most ${maxDepth} deep but it goes deeper`)
      open.push(c === 0x7b ? new Set() : undefined)
    } else if (c === 0x7d || c === 0x5d) open.pop()
    else if (c === 0x22) {
      const from = at
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22; at++) if (text.charCodeAt(at) === 0x5c) at++
      const keys = open.at(-1)
      if (keys && followsColon(text, at + 1)) addKey(keys, text.slice(from, at + 1), what)
    }
  }
}

function followsColon(text: string, from: number): boolean {
  let at = from
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++
  return text.charCodeAt(at) === 0x3a
}

function addKey(keys: Set<string>, literal: string, what: string): void {
  let key = literal.slice(1, -1)
  // Escapes may spell one key in two ways.
  if (key.includes('\\')) {
    try {
      key = JSON.parse(literal) as string
    } catch {
      return
    }
  }
  if (keys.has(key)) throw new LutraError('format', `Expected each key of ${what} once but found ${quote(key)} again`)
  keys.add(key)
}

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message.slice(0, 120) : String(cause)
}
