/**
 * Fields of a JSON file that came from anywhere, each read as what it must be.
 * takes  parsed JSON · gives  the value, or LutraError format that names the field
 * before ./tokenizer-json, ./tokenizer-config
 */
import { LutraError } from '../../hal/error.js'

export type Json = unknown
export type JsonObject = { readonly [name: string]: Json }

/** The largest known tokenizer.json (Gemma's 262 144 tokens) has 33 million characters. */
const maxText = 64 * 1024 * 1024

export function checkLength(text: string, name: string): void {
  if (text.length > maxText)
    throw new LutraError('limit', `Expected up to ${maxText} characters in ${name} but found ${text.length}`)
}

export function parse(text: string, name: string): JsonObject {
  checkLength(text, name)
  try {
    return object(JSON.parse(text), name)
  } catch (cause) {
    if (cause instanceof LutraError) throw cause
    const reason = cause instanceof Error ? cause.message.slice(0, 200) : ''
    throw new LutraError('format', `Expected JSON in ${name} but found something else: ${reason}`, { cause })
  }
}

export function object(value: Json, name: string): JsonObject {
  if (isObject(value)) return value
  throw wrong('an object', name, value)
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A list, empty where it is missing. */
export function list(value: Json, name: string): readonly Json[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw wrong('a list', name, value)
}

export function string(value: Json, name: string): string {
  if (typeof value === 'string') return value
  throw wrong('a string', name, value)
}

export function isId(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

export function wrong(expected: string, name: string, value: Json): LutraError {
  return new LutraError('format', `Expected ${expected} as ${name} but found ${shown(value)}`)
}

/** Short, since files may hold megabytes there. */
export function shown(value: Json): string {
  if (value === null || typeof value !== 'object') return String(JSON.stringify(value)).slice(0, 80)
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object'
}
