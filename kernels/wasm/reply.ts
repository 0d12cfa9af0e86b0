/** Errors on their way between threads: kind and message. */
import { LutraError } from '../../hal/error.js'
import type { Fault } from './messages.js'

export function faultOf(error: unknown): Fault {
  // A RangeError is an array larger than memory gives.
  const kind = error instanceof LutraError ? error.kind : error instanceof RangeError ? 'limit' : undefined
  return { kind, message: error instanceof Error ? error.message : String(error) }
}

export function errorOf({ kind, message }: Fault): Error {
  return kind ? new LutraError(kind, message) : new Error(message)
}
