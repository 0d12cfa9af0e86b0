/**
 * Writes GGUF v3, little endian.
 * takes  metadata, tensors with their bytes · gives  the whole file · before sdk/model/gguf reads it back
 * Metadata types follow from the value: whole numbers are u32 (i32 if negative; u64, i64 beyond those), other numbers f32;
 * lists of one kind.
 */
import type { DType } from '../../hal/dtype.js'
import { LutraError } from '../../hal/error.js'
import type { MetadataValue } from './model-file.js'

export interface TensorPlace {
  readonly name: string
  readonly dtype: DType
  /** shape[0] is the contiguous dimension. */
  readonly shape: readonly number[]
}

export interface TensorToWrite extends TensorPlace {
  readonly bytes: Uint8Array
}

type Metadata = ReadonlyMap<string, MetadataValue | GgufFloat>

const ALIGNMENT = 32
const type = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9, u64: 10, i64: 11 } as const

/** A field that readers expect as f32 even where its value is a whole number. */
export class GgufFloat {
  constructor(readonly value: number) {}
}

export function writeGguf(metadata: Metadata, tensors: readonly TensorToWrite[]): Uint8Array {
  const head = ggufHead(
    metadata,
    tensors.map((tensor) => ({ ...tensor, length: tensor.bytes.length })),
  )
  const file = new Uint8Array(head.size)
  file.set(head.bytes)
  tensors.forEach(({ bytes }, i) => {
    file.set(bytes, head.offsets[i])
  })
  return file
}

/** All that stands before the weights, for files that are written piece by piece; offsets count from the file's begin. */
export function ggufHead(
  metadata: Metadata,
  tensors: readonly (TensorPlace & { readonly length: number })[],
): { bytes: Uint8Array; offsets: number[]; size: number } {
  const head = new Bytes()
  head.raw(new TextEncoder().encode('GGUF'))
  head.u32(3)
  head.u64(tensors.length)
  head.u64(metadata.size)
  for (const [key, value] of metadata) {
    head.string(key)
    if (value instanceof GgufFloat) head.float(value.value)
    else head.value(value, key)
  }
  const offsets: number[] = []
  let offset = 0
  for (const { name, dtype, shape, length } of tensors) {
    if (dtype.gguf === undefined)
      throw new LutraError('unsupported', `Expected a GGUF type for ${name} but ${dtype.name} has none`)
    head.string(name)
    head.u32(shape.length)
    for (const size of shape) head.u64(size)
    head.u32(dtype.gguf)
    head.u64(offset)
    offsets.push(offset)
    offset += padded(length)
  }
  const start = padded(head.length)
  const bytes = new Uint8Array(start)
  bytes.set(head.bytes())
  return { bytes, offsets: offsets.map((each) => start + each), size: start + offset }
}

function padded(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT
}

/** Bytes that grow at the end. */
class Bytes {
  readonly #parts: Uint8Array[] = []
  length = 0

  raw(part: Uint8Array): void {
    this.#parts.push(part)
    this.length += part.length
  }

  u32(value: number): void {
    this.raw(new Uint8Array(Uint32Array.of(value).buffer))
  }

  u64(value: number): void {
    this.raw(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer))
  }

  string(text: string): void {
    const bytes = new TextEncoder().encode(text)
    this.u64(bytes.length)
    this.raw(bytes)
  }

  float(value: number): void {
    this.u32(type.f32)
    this.raw(numberBytes(value, type.f32))
  }

  value(value: MetadataValue, key: string): void {
    const found = typeOf(value, key)
    this.u32(found)
    this.#plain(value, found, key)
  }

  #plain(value: MetadataValue, found: number, key: string): void {
    if (typeof value === 'string') this.string(value)
    else if (typeof value === 'boolean') this.raw(Uint8Array.of(value ? 1 : 0))
    else if (typeof value === 'bigint') this.raw(longBytes(value, key))
    else if (typeof value === 'number')
      this.raw(found >= type.u64 ? longBytes(BigInt(value), key) : numberBytes(value, found))
    else this.#array(value, key)
  }

  #array(list: Exclude<MetadataValue, string | number | bigint | boolean>, key: string): void {
    const element =
      list instanceof Float32Array ? type.f32 : list instanceof Int32Array ? type.i32 : elementType(list, key)
    this.u32(element)
    this.u64(list.length)
    if (list instanceof Float32Array || list instanceof Int32Array) this.raw(new Uint8Array(list.slice().buffer))
    else for (const each of list) this.#plain(each, element, key)
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}

function numberBytes(value: number, found: number): Uint8Array {
  const one =
    found === type.f32 ? Float32Array.of(value) : found === type.i32 ? Int32Array.of(value) : Uint32Array.of(value)
  return new Uint8Array(one.buffer)
}

function longBytes(value: bigint, key: string): Uint8Array {
  if (value >= 1n << 64n || value < -(1n << 63n))
    throw new LutraError('limit', `Expected a number of 64 bits for ${key} but found ${value}`)
  return new Uint8Array(BigInt64Array.of(BigInt.asIntN(64, value)).buffer)
}

function typeOf(value: MetadataValue, key: string): number {
  if (typeof value === 'string') return type.string
  if (typeof value === 'boolean') return type.bool
  if (typeof value === 'bigint') return value < 0n ? type.i64 : type.u64
  if (typeof value !== 'number') return type.array
  if (!Number.isFinite(value)) throw new LutraError('format', `Expected a finite number for ${key} but found ${value}`)
  if (!Number.isSafeInteger(value)) return type.f32
  if (value < 0) return value < -(2 ** 31) ? type.i64 : type.i32
  return value > 0xffffffff ? type.u64 : type.u32
}

/** Lists hold one kind; numbers in them are f32 as soon as one is no whole number. */
function elementType(list: readonly MetadataValue[], key: string): number {
  const found = new Set(list.map((each) => typeOf(each, key)))
  if (found.size === 0) return type.string
  if (found.size === 1) return [...found][0]
  const kinds = [...found]
  if (kinds.some((each) => each === type.string || each === type.bool || each === type.array))
    throw new LutraError('format', `Expected a list of one kind for ${key}`)
  if (kinds.includes(type.f32)) return type.f32
  if (!kinds.some((each) => each >= type.u64)) return list.every((each) => Number(each) < 2 ** 31) ? type.i32 : type.i64
  return kinds.includes(type.i32) || kinds.includes(type.i64) ? type.i64 : type.u64
}
