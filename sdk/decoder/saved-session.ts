/**
 * A session as bytes: who saved it, its ids, the engine's own bytes of its state, and a checksum over all of it.
 * takes  what a session holds, or bytes from anywhere · gives  bytes, or what they hold if all of it fits
 * Layout, little endian: "LTSN", version, header's length (uint32 each); SHA-256 of the rest; the header as JSON; ids
 * (int32); the state.
 */
import { webcrypto } from 'node:crypto'
import { LutraError } from '../../hal/error.js'

/** Keys and values are worth something only to the same model, run by the same engine, with the same context. */
export interface SavedBy {
  /** What tells one model from another. */
  readonly model: string
  readonly engine: string
  readonly context: number
}

export interface SavedSession {
  readonly ids: readonly number[]
  /** How many of the ids the state holds. */
  readonly held: number
  readonly state: Uint8Array
}

/** "LTSN" */
const magic = 0x4e53544c
const version = 1
const digestAt = 12
const headerAt = digestAt + 32
/** Room for a header several times as long as those that are written. */
const longestHeader = 4096

export async function writeSaved({ by, ids, held, state }: SavedSession & { readonly by: SavedBy }) {
  const header = new TextEncoder().encode(JSON.stringify({ ...by, ids: ids.length, held }))
  const bytes = new Uint8Array(headerAt + header.length + 4 * ids.length + state.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic, true)
  view.setUint32(4, version, true)
  view.setUint32(8, header.length, true)
  bytes.set(header, headerAt)
  const idsAt = headerAt + header.length
  for (const [i, id] of ids.entries()) view.setInt32(idsAt + 4 * i, id, true)
  bytes.set(state, idsAt + 4 * ids.length)
  bytes.set(await digest(bytes), digestAt)
  return bytes
}

/** LutraError format where the bytes are no saved session or damaged, mismatch where they are another's. */
export async function readSaved(bytes: Uint8Array, by: SavedBy, vocab: number): Promise<SavedSession> {
  if (!(bytes instanceof Uint8Array))
    throw new LutraError('mismatch', `Expected the bytes of a saved session but found ${typeof bytes}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < headerAt || view.getUint32(0, true) !== magic)
    throw new LutraError('format', 'Expected a saved session but found other bytes')
  if (view.getUint32(4, true) !== version)
    throw new LutraError('format', `Expected a session of version ${version} but found ${view.getUint32(4, true)}`)
  const idsAt = headerAt + view.getUint32(8, true)
  const damaged = new LutraError('format', 'Expected a whole saved session but its bytes are damaged or cut off')
  if (idsAt > bytes.length || idsAt > headerAt + longestHeader) throw damaged
  const found = await digest(bytes)
  if (found.some((byte, i) => byte !== bytes[digestAt + i])) throw damaged
  const header = headerOf(bytes.subarray(headerAt, idsAt))
  for (const what of ['model', 'engine', 'context'] as const)
    if (header[what] !== by[what])
      throw new LutraError('mismatch', `Expected a session saved with ${what} ${by[what]} but found ${header[what]}`)
  const stateAt = idsAt + 4 * header.ids
  if (header.held > header.ids || header.ids > by.context + 1 || stateAt > bytes.length) throw damaged
  const ids = Array.from({ length: header.ids }, (_, i) => view.getInt32(idsAt + 4 * i, true))
  if (ids.some((id) => id < 0 || id >= vocab)) throw damaged
  return { ids, held: header.held, state: bytes.subarray(stateAt) }
}

function headerOf(bytes: Uint8Array): SavedBy & { readonly ids: number; readonly held: number } {
  let header: Record<string, unknown>
  try {
    header = JSON.parse(new TextDecoder().decode(bytes)) ?? {}
  } catch (cause) {
    throw new LutraError('format', 'Expected a header as JSON in a saved session but found other bytes', { cause })
  }
  const { model, engine, context, ids, held } = header
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
  if (typeof model === 'string' && typeof engine === 'string' && whole(context) && whole(ids) && whole(held))
    return { model, engine, context, ids, held }
  throw new LutraError('format', 'Expected model, engine, context, ids and held in a saved session')
}

/** Of everything behind the digest; computed off this thread. */
async function digest(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes.subarray(headerAt)))
}
