/**
 * Targets for a fuzzer: each `run` is one execution on bytes in memory, right ones spoiled or wrong ones made on purpose,
 * that ends in a model within the stated memory, or in a LutraError of a damaged file; anything else is thrown.
 */
import { LutraError } from '../../../hal/error.js'
import { NeedMore } from '../../../sdk/model/gguf-cursor.js'
import { type GgufHeader, parseGgufHeader } from '../../../sdk/model/gguf-header.js'
import { headerMemoryFactor } from '../../../sdk/model/gguf-limits.js'
import { joinShards } from '../../../sdk/model/gguf-split.js'
import { tensorsOf } from '../../../sdk/model/gguf-tensors.js'
import type { MetadataValue, ModelFile } from '../../../sdk/model/model-file.js'
import type { Target } from '../../fuzz/fuzz.js'
import { bases, mutate } from './gguf-mutations.js'
import { type TinyGguf, tinyGguf, type Value } from './tiny-gguf.js'

export const ggufTargets: readonly Target[] = [
  { name: 'gguf: files spoiled anywhere', run: (random) => read(mutate(pick(bases, random), random)) },
  { name: 'gguf: a prefix that grows', run: (random) => readByPrefixes(mutate(pick(bases, random), random), random) },
  { name: 'gguf: counts, offsets, shapes and types that lie', run: (random) => read(tinyGguf(liar(random))) },
  { name: 'gguf: vocabularies of nothing', run: (random) => read(bomb(random)) },
  { name: 'gguf: sets of several files', run: readSet },
]

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]
}

/** Ends in tensors or in a LutraError. */
function read(bytes: Uint8Array): void {
  guarded(() => {
    const header = parseGgufHeader(bytes, bytes.length)
    checkMemory(header, bytes.length)
    checkInside(tensorsOf(header, { path: 'none', size: bytes.length, mtimeMs: 0 }), bytes.length)
  })
}

/** What `openGguf` does when the header is longer than what it has read; the answer must not depend on it. */
function readByPrefixes(bytes: Uint8Array, random: () => number): void {
  const outcome = (parse: () => GgufHeader): string => {
    try {
      return `read ${parse().dataStart}`
    } catch (error) {
      if (error instanceof NeedMore) throw error
      return (error as Error).message
    }
  }
  const whole = outcome(() => parseGgufHeader(bytes, bytes.length))
  for (let length = 1 + Math.floor(random() * 64); ; ) {
    const prefix = bytes.subarray(0, length)
    try {
      const found = outcome(() => parseGgufHeader(prefix, bytes.length))
      if (found !== whole) throw new Error(`a prefix of ${length} bytes gives "${found}", the whole "${whole}"`)
      read(bytes)
      return
    } catch (error) {
      if (!(error instanceof NeedMore)) throw error
      if (error.bytes <= length || error.bytes > bytes.length)
        throw new Error(`wants ${error.bytes} bytes with ${length} of ${bytes.length} there`)
      length = error.bytes
    }
  }
}

function guarded(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (error instanceof LutraError && ['format', 'limit', 'unsupported'].includes(error.kind)) return
    throw error
  }
}

function checkInside(tensors: ModelFile['tensors'], size: number): void {
  for (const { file, name } of tensors.values())
    if (file && !(file.offset >= 0 && file.offset <= size)) throw new Error(`tensor ${name} lies outside the file`)
}

/** A generous count of what the values take on the heap. */
function weigh(value: MetadataValue): number {
  if (typeof value === 'string') return 24 + 2 * value.length
  if (typeof value === 'bigint') return 24
  if (typeof value !== 'object') return 0
  if (value.length === 0) return 0 // shared
  if (!Array.isArray(value)) return 96 + (value as Int32Array).byteLength
  return (value as MetadataValue[]).reduce<number>((sum, each) => sum + 8 + weigh(each), 16)
}

function checkMemory({ metadata, infos }: GgufHeader, bytes: number): void {
  let sum = 0
  for (const [key, value] of metadata) sum += 40 + weigh(key) + weigh(value)
  for (const { name, shape } of infos) sum += 120 + weigh(name) + 16 * shape.length
  if (sum > headerMemoryFactor * bytes) throw new Error(`a header of ${bytes} bytes takes ${sum}`)
}

const evil = [
  0,
  1,
  2,
  31,
  32,
  33,
  63,
  64,
  127,
  255,
  256,
  65_535,
  2 ** 20,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 40,
  2 ** 53 - 1,
]
const types = [...Array.from({ length: 44 }, (_, i) => i), 255, 2 ** 31, 2 ** 32 - 1]

/** Tensors over each other, outside, misaligned, of odd shapes and types, in numbers that are not there. */
function liar(random: () => number): TinyGguf {
  const size = 64 * Math.floor(random() * 64)
  const evilOr = (value: number, share = 0.3) => (random() < share ? pick(evil, random) : value)
  const alignment = random() < 0.5 ? 32 : pick([0, 1, 3, 8, 64, 4096, 2 ** 20, 2 ** 31], random)
  const metadata: Record<string, Value> = {
    'general.architecture': { type: 8, value: pick(['llama', 'bitnet', 'bitnet-b1.58', ''], random) },
    ...(alignment === 32 ? {} : { 'general.alignment': { type: 4, value: alignment } }),
  }
  const tensors = Array.from({ length: Math.floor(random() * 6) }, (_, i) => ({
    name: random() < 0.1 ? 'w0' : `w${i}`,
    shape: Array.from({ length: Math.floor(evilOr(1 + Math.floor(random() * 4), 0.02) % 8) }, () =>
      evilOr(pick([32, 128, 256, 1, 2], random), 0.15),
    ),
    type: pick(types, random),
    offset: evilOr(32 * Math.floor(random() * 64), 0.1),
  }))
  return {
    big: random() < 0.2,
    version: random() < 0.9 ? 3 : Math.floor(random() * 5),
    metadata,
    tensors,
    data: new Uint8Array(size),
    ...(random() < 0.1 ? { tensorCount: BigInt(pick(evil, random)) } : {}),
    ...(random() < 0.1 ? { metadataCount: BigInt(pick(evil, random)) } : {}),
  }
}

/** Lists that claim much and hold little: the shortest entries of every type, many of them, or a count that lies. */
function bomb(random: () => number): Uint8Array {
  const of = Math.floor(random() * 13)
  const count = Math.floor(random() * 2000)
  const value: (number | string)[] = of === 8 || of === 9 ? [] : new Array(count).fill(random() < 0.5 ? 0 : 1)
  const list: Value = of === 8 ? { type: 9, of, value: new Array(count).fill('') } : { type: 9, of, value }
  const bytes = Buffer.from(tinyGguf({ metadata: { 'tokenizer.ggml.tokens': list }, big: random() < 0.2 }))
  if (of === 9 || random() < 0.5) {
    // The count, as it lies behind magic, version, two counts, the key and two types; nested lists follow it.
    const at = 4 + 4 + 8 + 8 + 8 + 'tokenizer.ggml.tokens'.length + 4 + 4
    bytes.writeBigUInt64LE(BigInt(pick(evil, random)), at)
    const inner = Buffer.alloc(12 * Math.floor(random() * 200))
    for (let i = 0; i < inner.length; i += 12) inner.writeUInt32LE(pick([8, 9, 0, 6, 5], random), i)
    return Buffer.concat([bytes, inner])
  }
  return bytes
}

/** Three files of one model, or nearly. */
function readSet(random: () => number): void {
  const count = 3
  const shards = Array.from({ length: count }, (_, i) => {
    const claim = (value: number) => (random() < 0.08 ? pick(evil, random) % 65_536 : value)
    const bytes = tinyGguf({
      big: random() < 0.1,
      metadata: {
        ...(i === 0 || random() < 0.2
          ? { 'general.architecture': { type: 8, value: random() < 0.9 ? 'llama' : 'x' } }
          : {}),
        'split.no': { type: 2, value: claim(i) },
        'split.count': { type: 2, value: claim(count) },
        'split.tensors.count': { type: 5, value: claim(count) },
      },
      tensors: [{ name: random() < 0.05 ? 'w' : `w${i}`, shape: [8], type: 0, offset: 0 }],
      data: new Uint8Array(32),
    })
    return random() < 0.3 ? mutate(bytes, random) : bytes
  })
  guarded(() => {
    const file = joinShards(
      shards.map((bytes, i) => {
        const header = parseGgufHeader(bytes, bytes.length)
        const path = `m-0000${i + 1}-of-0000${count}.gguf`
        return {
          path,
          bytes: bytes.length,
          header,
          tensors: tensorsOf(header, { path, size: bytes.length, mtimeMs: 0 }),
        }
      }),
    )
    if (file.parts?.length !== count) throw new Error(`a set of ${count} became ${file.parts?.length}`)
  })
}
