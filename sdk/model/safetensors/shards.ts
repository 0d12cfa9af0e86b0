/**
 * The safetensors files of a model as one table: a single file, or the shards that an index lists.
 * takes  paths · gives  where each tensor lies; nothing of the data is read
 * before ./header · after ../huggingface/tensors
 */
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LutraError } from '../../../hal/error.js'
import { type FileStamp, ioError, readWhole } from '../file-range.js'
import { refuseForeign } from '../foreign.js'
import { isObject, kindOf, parseJsonObject } from '../json.js'
import { quote } from '../quote.js'
import { headerLength, looksLikeSafetensors, parseSafetensorsHeader, type SafetensorsEntry } from './header.js'
import { maxIndexBytes, maxShards, maxTensors } from './limits.js'

/** A tensor's place: its entry, its file, and where the file's data begins. */
export interface Stored extends SafetensorsEntry {
  readonly stamp: FileStamp
  /** Of the tensor's first byte, from the file's begin. */
  readonly offset: number
}

export type Stores = ReadonlyMap<string, Stored>

export async function openShard(path: string): Promise<Stores> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw ioError(cause, path)
  })
  try {
    const { size, mtimeMs } = await file.stat()
    const stamp = { path, size, mtimeMs }
    const read = async (from: number, length: number) => {
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length; ) {
        const { bytesRead } = await file.read(bytes, at, length - at, from + at)
        if (bytesRead === 0) return bytes.subarray(0, at)
        at += bytesRead
      }
      return bytes
    }
    const first = await read(0, Math.min(size, 512))
    if (!looksLikeSafetensors(first)) refuseForeign(first, path)
    const length = headerLength(first.subarray(0, 8), size, path)
    const entries = parseSafetensorsHeader(await read(8, length), size - 8 - length, path)
    const stores = new Map<string, Stored>()
    for (const entry of entries.values()) stores.set(entry.name, { ...entry, stamp, offset: 8 + length + entry.begin })
    return stores
  } catch (cause) {
    throw ioError(cause, path)
  } finally {
    await file.close()
  }
}

/** All shards of `model.safetensors.index.json`. */
export async function openIndex(path: string): Promise<Stores> {
  const places = parseIndex(await readWhole(path, maxIndexBytes), path)
  const all = new Map<string, Stored>()
  for (const shard of new Set(places.values())) {
    for (const [name, stored] of await openShard(join(dirname(path), shard))) {
      const other = all.get(name)
      if (other)
        throw new LutraError(
          'format',
          `Expected each tensor in one file but ${quote(name)} is in ${basename(other.stamp.path)} and in ${shard}`,
        )
      all.set(name, stored)
    }
  }
  for (const [name, shard] of places)
    if (basename(all.get(name)?.stamp.path ?? '') !== shard)
      throw new LutraError(
        'format',
        `Expected tensor ${quote(name)} in ${shard}, as the index says, but it is not there`,
      )
  return all
}

/** Tensor name to file name; the files lie beside the index, and nowhere else. */
export function parseIndex(bytes: Uint8Array, path: string): ReadonlyMap<string, string> {
  const map = parseJsonObject(bytes, path, 8).weight_map
  if (!isObject(map)) throw new LutraError('format', `Expected a weight_map in ${path} but found ${kindOf(map)}`)
  const places = new Map<string, string>()
  for (const [name, file] of Object.entries(map)) {
    if (typeof file !== 'string' || file === '' || basename(file) !== file || /[\\/\0]/.test(file) || file === '..')
      throw new LutraError(
        'format',
        `Expected the name of a file beside ${path} for ${quote(name)} but found ${kindOf(file)}`,
      )
    places.set(name, file)
  }
  const shards = new Set(places.values()).size
  if (shards === 0) throw new LutraError('format', `Expected tensors in ${path} but its weight_map is empty`)
  if (shards > maxShards || places.size > maxTensors)
    throw new LutraError(
      'limit',
      `Expected at most ${maxShards} files and ${maxTensors} tensors in ${path} but found ${shards} and ${places.size}`,
    )
  return places
}
