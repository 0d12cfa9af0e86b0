/**
 * The header of a GGUF file (v2, v3, of either byte order): metadata and tensor infos, trusted in nothing.
 * takes  a prefix of the file, the file's size · gives  metadata, infos, where tensor data begins
 * before ./gguf reads the prefix · after ./gguf-tensors checks the infos
 * In steps, since a vocabulary of 256k tokens takes longer than an event loop should wait.
 */
import { LutraError } from '../../hal/error.js'
import { atOnce, type Steps } from '../../hal/turns.js'
import { GgufCursor } from './gguf-cursor.js'
import {
  maxAlignment,
  maxArrayDepth,
  maxArrayLength,
  maxDims,
  maxKeyBytes,
  maxMetadata,
  maxNameBytes,
  maxStringBytes,
  maxTensors,
} from './gguf-limits.js'
import type { MetadataValue } from './model-file.js'
import { quote } from './quote.js'

export interface GgufHeader {
  readonly version: number
  /** False: every number in the file, weights included, has its highest byte first. */
  readonly littleEndian: boolean
  readonly metadata: ReadonlyMap<string, MetadataValue>
  readonly infos: readonly TensorInfo[]
  /** First byte of tensor data; a multiple of `alignment`. */
  readonly dataStart: number
  readonly alignment: number
}

export interface TensorInfo {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: number
  /** From dataStart. */
  readonly offset: number
}

const defaultAlignment = 32

/** Key length (8), type (4), value (1): less than this no entry takes. */
const leastMetadataBytes = 13
/** Name length (8), dimensions (4 + 8), type (4), offset (8). */
const leastInfoBytes = 32

/** Value types by id: bytes of the shortest value. 8 is string, 9 array. */
const leastBytes = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8]
const stringType = 8
const arrayType = 9

/** Entries read before the event loop may have its turn: some tenths of a millisecond. */
const stretch = 1024

export function parseGgufHeader(prefix: Uint8Array, size: number): GgufHeader {
  return atOnce(headerSteps(prefix, size))
}

export function* headerSteps(prefix: Uint8Array, size: number): Steps<GgufHeader> {
  const cursor = new GgufCursor(prefix, size)
  const version = readVersion(cursor)
  const tensorCount = cursor.count('tensors', maxTensors, leastInfoBytes)
  const metadataCount = cursor.count('metadata keys', maxMetadata, leastMetadataBytes)
  const metadata = yield* readMetadata(cursor, metadataCount)
  const alignment = readAlignment(metadata)
  const infos = yield* readInfos(cursor, tensorCount)
  const dataStart = Math.ceil(cursor.at / alignment) * alignment
  return { version, littleEndian: cursor.little, metadata, infos, dataStart, alignment }
}

/** The version; a known one with its bytes swapped says that the whole file is big-endian. */
function readVersion(cursor: GgufCursor): number {
  const magic = String.fromCharCode(...[0, 1, 2, 3].map(() => cursor.u8('the magic "GGUF"')))
  if (magic !== 'GGUF') throw new LutraError('format', `Expected "GGUF" at byte 0 but read ${JSON.stringify(magic)}`)
  const word = cursor.u32('version')
  cursor.little = (word & 0xffff) !== 0 || word === 0
  const version = cursor.little ? word : word >>> 24
  if (version === 2 || version === 3) return version
  const found = cursor.little ? `version ${version}` : `big-endian version ${version}`
  throw new LutraError(
    'unsupported',
    `Expected GGUF version 2 or 3 but found ${found}${version === 1 ? '; convert the model again with a newer tool' : ''}`,
  )
}

function* readMetadata(cursor: GgufCursor, count: number): Steps<Map<string, MetadataValue>> {
  const metadata = new Map<string, MetadataValue>()
  for (let i = 0; i < count; i++) {
    const key = cursor.string('a metadata key', maxKeyBytes)
    if (metadata.has(key))
      throw new LutraError('format', `Expected each metadata key once but found ${quote(key)} again`)
    metadata.set(key, yield* readValue(cursor, cursor.u32('a value type'), key, 0))
    if (i % stretch === stretch - 1) yield
  }
  return metadata
}

function* readValue(cursor: GgufCursor, type: number, key: string, depth: number): Steps<MetadataValue> {
  if (type === arrayType) return yield* readArray(cursor, key, depth + 1)
  if (type === stringType) return cursor.string(quote(key), maxStringBytes)
  return numberReader(cursor, type, key)(key)
}

function* readArray(cursor: GgufCursor, key: string, depth: number): Steps<MetadataValue> {
  if (depth > maxArrayDepth)
    throw new LutraError('limit', `Expected arrays nested at most ${maxArrayDepth} deep but ${quote(key)} goes deeper`)
  const type = cursor.u32('an array element type')
  const least = leastBytes[type]
  if (least === undefined) throw unknownType(type, key)
  const count = cursor.count(`elements of ${quote(key)}`, maxArrayLength, least)
  if (count === 0) return emptyOf(type)
  if (type !== stringType && type !== arrayType) return yield* readNumbers(cursor, type, count, key)
  const what = quote(key)
  const values = new Array<MetadataValue>(count)
  for (let i = 0; i < count; i++) {
    values[i] = type === stringType ? cursor.string(what, maxStringBytes) : yield* readArray(cursor, key, depth + 1)
    if (i % stretch === stretch - 1) yield
  }
  return values
}

/** Float32Array and Int32Array where every value of the type fits; unsigned 32-bit, 64-bit and bool stay as they are. */
function* readNumbers(cursor: GgufCursor, type: number, count: number, key: string): Steps<MetadataValue> {
  const what = quote(key)
  // A vocabulary has one of each a token: too many for a checked read apiece.
  if (type === 5) return cursor.i32s(count, what)
  if (type === 6) return cursor.f32s(count, what)
  const read = numberReader(cursor, type, key)
  const values = isNarrow(type) ? new Int32Array(count) : new Array<number | bigint | boolean>(count)
  for (let i = 0; i < count; i++) {
    values[i] = read(what) as number
    if (i % stretch === stretch - 1) yield
  }
  return values
}

function isNarrow(type: number): boolean {
  return type < 4 || type === 5
}

/** Shared: a file may hold millions of them, each in 12 bytes. */
const noFloats = new Float32Array(0)
const noIntegers = new Int32Array(0)
const nothing: readonly MetadataValue[] = []

function emptyOf(type: number): MetadataValue {
  return type === 6 ? noFloats : isNarrow(type) ? noIntegers : nothing
}

function numberReader(cursor: GgufCursor, type: number, key: string): (what: string) => number | bigint | boolean {
  const { u8, i8, u16, i16, u32, i32, f32, bool, u64Value, i64Value, f64 } = cursor
  const readers = [u8, i8, u16, i16, u32, i32, f32, bool, undefined, undefined, u64Value, i64Value, f64]
  const read = readers[type]
  if (!read) throw unknownType(type, key)
  return read
}

function readAlignment(metadata: ReadonlyMap<string, MetadataValue>): number {
  const value = metadata.get('general.alignment') ?? defaultAlignment
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || (value & (value - 1)) !== 0)
    throw new LutraError(
      'format',
      `Expected a power of two as general.alignment but found ${typeof value === 'object' ? 'a list' : quote(String(value))}`,
    )
  if (value > maxAlignment)
    throw new LutraError('limit', `Expected general.alignment up to ${maxAlignment} but found ${value}`)
  return value
}

function* readInfos(cursor: GgufCursor, count: number): Steps<TensorInfo[]> {
  const infos: TensorInfo[] = []
  const names = new Set<string>()
  for (let i = 0; i < count; i++) {
    const name = cursor.string('a tensor name', maxNameBytes)
    if (names.has(name)) throw new LutraError('format', `Expected each tensor once but found ${quote(name)} again`)
    names.add(name)
    const dims = cursor.u32('a number of dimensions')
    if (dims > maxDims)
      throw new LutraError('limit', `Expected at most ${maxDims} dimensions but tensor ${quote(name)} has ${dims}`)
    if (dims === 0)
      throw new LutraError('format', `Expected 1 to ${maxDims} dimensions but tensor ${quote(name)} has none`)
    const shape: number[] = []
    for (let d = 0; d < dims; d++) shape.push(cursor.u64('a dimension'))
    infos.push({ name, shape, type: cursor.u32('a tensor type'), offset: cursor.u64('a tensor offset') })
    if (i % stretch === stretch - 1) yield
  }
  return infos
}

function unknownType(type: number, key: string): LutraError {
  return new LutraError('format', `Expected a value type from 0 to 12 but ${quote(key)} has ${type}`)
}
