/**
 * The header of a safetensors file, trusted in nothing: names, types, shapes and ranges that cover the data without
 * gap or overlap, as the format demands.
 * takes  the JSON between the length and the data, and the bytes of data behind it · gives  entries by name
 * before ../json · after ./shards
 */
import { LutraError } from '../../../hal/error.js'
import { isObject, type Json, kindOf, parseJsonObject } from '../json.js'
import { quote } from '../quote.js'
import { maxDims, maxHeaderBytes, maxHeaderDepth, maxNameBytes, maxTensors } from './limits.js'

export interface SafetensorsEntry {
  readonly name: string
  /** As the file says: F32, BF16, I32, F8_E4M3, … */
  readonly type: string
  /** As torch has it: the last dimension is contiguous. */
  readonly shape: readonly number[]
  /** From the first byte of data. */
  readonly begin: number
  readonly end: number
}

/** Bytes of an element. Types that are not here may stand in a file; their sizes are not checked. */
const elementBytes: ReadonlyMap<string, number> = new Map([
  ...['BOOL', 'U8', 'I8', 'F8_E4M3', 'F8_E5M2', 'F8_E8M0'].map((type) => [type, 1] as const),
  ...['U16', 'I16', 'F16', 'BF16'].map((type) => [type, 2] as const),
  ...['U32', 'I32', 'F32'].map((type) => [type, 4] as const),
  ...['U64', 'I64', 'F64', 'C64'].map((type) => [type, 8] as const),
])

/** The format has no magic: a length that may be, and an object that begins behind it. */
export function looksLikeSafetensors(first: Uint8Array): boolean {
  return first.length > 8 && first[8] === 0x7b && first[6] === 0 && first[7] === 0
}

/** The u64 at the file's begin; LutraError where it cannot be a header's length. */
export function headerLength(first: Uint8Array, fileBytes: number, what: string): number {
  const view = new DataView(first.buffer, first.byteOffset, first.byteLength)
  const length = first.length < 8 ? 0 : view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true)
  if (length < 2 || 8 + length > fileBytes)
    throw new LutraError(
      'format',
      `Expected a safetensors header in ${what} but it claims ${length} bytes of a file of ${fileBytes}; download it again`,
    )
  if (length > maxHeaderBytes)
    throw new LutraError('limit', `Expected a header up to ${maxHeaderBytes} bytes but ${what} claims ${length}`)
  return length
}

export function parseSafetensorsHeader(
  json: Uint8Array,
  dataBytes: number,
  what: string,
): ReadonlyMap<string, SafetensorsEntry> {
  const header = parseJsonObject(json, `the header of ${what}`, maxHeaderDepth)
  const entries = new Map<string, SafetensorsEntry>()
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue
    if (entries.size === maxTensors)
      throw new LutraError('limit', `Expected at most ${maxTensors} tensors in ${what} but it has more`)
    if (name.length > maxNameBytes)
      throw new LutraError('limit', `Expected names up to ${maxNameBytes} characters but ${what} has ${quote(name)}`)
    entries.set(name, readEntry(name, value, what))
  }
  checkCover([...entries.values()], dataBytes, what)
  return entries
}

function readEntry(name: string, value: Json | undefined, what: string): SafetensorsEntry {
  const wrong = (expected: string, found: Json | undefined) =>
    new LutraError('format', `Expected ${expected} for tensor ${quote(name)} of ${what} but found ${kindOf(found)}`)
  if (!isObject(value)) throw wrong('an object', value)
  const { dtype, shape, data_offsets: range } = value
  if (typeof dtype !== 'string') throw wrong('a dtype', dtype)
  if (!isCounts(shape)) throw wrong('a shape of whole numbers', shape)
  if (shape.length > maxDims) throw wrong(`at most ${maxDims} dimensions`, shape.length)
  if (!isCounts(range) || range.length !== 2 || range[0] > range[1])
    throw wrong('data_offsets [begin, end], in order', range)
  const [begin, end] = range
  const elements = shape.reduce((product, dim) => product * dim, 1)
  const size = elementBytes.get(dtype)
  if (!Number.isSafeInteger(elements) || (size !== undefined && elements * size !== end - begin))
    throw new LutraError(
      'format',
      `Expected ${dtype.slice(0, 16)} ${shape.join(' x ')} in tensor ${quote(name)} of ${what} but its range has ${end - begin} bytes`,
    )
  return { name, type: dtype, shape, begin, end }
}

function isCounts(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && (each as number) >= 0)
}

/** The ranges, in order, are the whole of the data. */
function checkCover(entries: SafetensorsEntry[], dataBytes: number, what: string): void {
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  let at = 0
  for (const { name, begin, end } of entries) {
    if (begin !== at)
      throw new LutraError(
        'format',
        `Expected tensor ${quote(name)} of ${what} at byte ${at} of the data, without ${begin < at ? 'overlap' : 'gap'}, but found it at ${begin}`,
      )
    at = end
  }
  if (at !== dataBytes)
    throw new LutraError(
      'format',
      `Expected ${at} bytes of tensors in ${what} but found ${dataBytes}; copy or download it again`,
    )
}
