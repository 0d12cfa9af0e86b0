/**
 * Models split over several GGUF files, NAME-00001-of-00003.gguf and so on: the first has all metadata, each has tensors.
 * takes  one file's path and header; then all files' headers and tensors · gives  the paths of the set; one ModelFile
 * before ./gguf-header, ./gguf-tensors · after ./gguf
 */
import { stat } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import type { GgufHeader } from './gguf-header.js'
import { maxShards, maxTensors } from './gguf-limits.js'
import type { ModelFile } from './model-file.js'
import { quote } from './quote.js'

export interface Shard {
  readonly path: string
  readonly bytes: number
  readonly header: GgufHeader
  readonly tensors: ReadonlyMap<string, Tensor>
}

const place = /-(\d{5})-of-(\d{5})(\.[^./\\]*)$/

/** The files of the set that `path` belongs to, in order; undefined where the file stands alone. */
export async function shardPaths(path: string, header: GgufHeader): Promise<string[] | undefined> {
  const count = wholeOf(header, 'split.count', path, maxShards) ?? 0
  if (count <= 1) return undefined
  const [, , total] = place.exec(path) ?? []
  if (Number(total) !== count)
    throw new LutraError(
      'format',
      `Expected a name like model-00001-of-${digits(count)}.gguf for one of ${count} files (split.count) but found ` +
        `${path}; give the files their own names again, or merge them with llama-gguf-split`,
    )
  const paths = Array.from({ length: count }, (_, i) =>
    path.replace(place, (_all, _no, of, extension) => `-${digits(i + 1)}-of-${of}${extension}`),
  )
  const missing = []
  for (const each of paths)
    if (
      !(await stat(each).then(
        (found) => found.isFile(),
        () => false,
      ))
    )
      missing.push(each)
  if (missing.length > 0)
    throw new LutraError(
      'io',
      `Expected ${count} files beside ${path} but ${missing.length} are missing: ${missing.slice(0, 3).join(', ')}` +
        `${missing.length > 3 ? ' …' : ''}; download them, for example with "lutra pull"`,
    )
  return paths
}

/** One model of all files, each checked to be of this set, at its place, and nothing missing or there twice. */
export function joinShards(shards: readonly Shard[]): ModelFile {
  const [first] = shards
  const total = wholeOf(first.header, 'split.tensors.count', first.path, maxTensors)
  const tensors = new Map<string, Tensor>()
  shards.forEach((shard, i) => {
    checkPlace(shard, i, shards.length, total)
    for (const [key, value] of shard.header.metadata) checkMetadata(shard, first, key, value)
    for (const [name, tensor] of shard.tensors) {
      if (tensors.has(name))
        throw new LutraError(
          'format',
          `Expected each tensor once but ${shard.path} has ${quote(name)} again; its files are not of one model`,
        )
      tensors.set(name, tensor)
    }
  })
  if (total !== undefined && tensors.size !== total)
    throw new LutraError(
      'format',
      `Expected ${total} tensors (split.tensors.count) in the ${shards.length} files of ${first.path} but found ` +
        `${tensors.size}; they are not of one model`,
    )
  return {
    path: first.path,
    bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0),
    metadata: first.header.metadata,
    tensors,
    parts: shards.map(({ path }) => path),
  }
}

function checkPlace({ header, path }: Shard, index: number, count: number, total: number | undefined): void {
  const claims: readonly (readonly [key: string, expected: number | undefined, most: number])[] = [
    ['split.no', index, maxShards],
    ['split.count', count, maxShards],
    ['split.tensors.count', total, maxTensors],
  ]
  for (const [key, expected, most] of claims) {
    const found = wholeOf(header, key, path, most)
    if (found !== expected)
      throw new LutraError(
        'format',
        `Expected ${key} ${expected} in ${path} but found ${found}; it is of another set or was renamed`,
      )
  }
}

/** What a later file repeats of the first one's metadata must be the same model's. */
function checkMetadata({ path }: Shard, first: Shard, key: string, value: unknown): void {
  if (key.startsWith('split.') || key === 'general.alignment' || typeof value === 'object') return
  const expected = first.header.metadata.get(key)
  if (expected !== undefined && !Object.is(expected, value))
    throw new LutraError(
      'format',
      `Expected ${quote(key)} as ${first.path} has it but ${path} has another; they are not of one model`,
    )
}

function wholeOf(header: GgufHeader, key: string, path: string, most: number): number | undefined {
  const value = header.metadata.get(key)
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new LutraError('format', `Expected a whole number up to ${most} as ${key} but found another value in ${path}`)
}

function digits(n: number): string {
  return String(n).padStart(5, '0')
}
