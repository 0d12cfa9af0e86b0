/**
 * A tensor's bytes as typed elements: codes, scales and minima, in the order of rows; any range of rows, so that threads
 * may share the work.
 * takes  a DType that is a tType, its bytes, rows × cols · gives  Elements
 * before ./registry, ./fields · after packers
 */
import type { DType, Uniform } from '../../../hal/dtype.js'
import { tensorBytes } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import { notUniform } from '../../../hal/take-apart.js'
import { type Codes, fieldReader } from './fields.js'
import { ttypeOf } from './registry.js'
import type { Elements, TType } from './ttype.js'

/** Blocks read at a time: enough to make the call cheap, small beside any cache, one at least. */
const atOnce = (block: number): number => Math.max(1, Math.min(64, Math.floor(16384 / block)))

/** Why a matrix of these columns is no matrix of typed elements; undefined where it is. */
export function notTyped(dtype: DType, cols: number): string | undefined {
  const type = ttypeOf(dtype)
  if (!type) return `${dtype.name} is described to nobody as a tType`
  if (dtype.uniform) return notUniform(dtype, cols)
  const { lanes, group = lanes } = type
  if (cols % group === 0 && cols % lanes === 0) return undefined
  return `rows of ${cols} end within the ${Math.max(group, lanes)} weights that share a ${group > lanes ? 'scale' : 'code'}`
}

/** Rows fromRow … toRow of a matrix; LutraError mismatch where `notTyped` says why not. */
export function elementsOf(
  dtype: DType,
  bytes: Uint8Array,
  rows: number,
  cols: number,
  fromRow = 0,
  toRow = rows,
): Elements {
  const type = ttypeOf(dtype)
  const not = notTyped(dtype, cols)
  if (!type || not !== undefined) throw new LutraError('mismatch', `Expected a matrix of typed elements but ${not}`)
  const wanted = tensorBytes(dtype, rows * cols)
  if (bytes.length < wanted)
    throw new LutraError('mismatch', `Expected ${wanted} bytes of ${dtype.name} but found ${bytes.length}`)
  if (fromRow < 0 || toRow > rows || fromRow > toRow)
    throw new LutraError('mismatch', `Expected rows within 0 … ${rows} but found ${fromRow} … ${toRow}`)
  const { group = cols } = type
  const found = { type, rows: toRow - fromRow, cols, group }
  const [from, to] = [fromRow * cols, toRow * cols]
  if (type.storage.kind === 'fields') return { ...found, ...placed(type, bytes, from, to, group) }
  if (!dtype.uniform) return { ...found, codes: plain(type, bytes, from, to) }
  return { ...found, ...wholeNumbers(dtype, dtype.uniform, bytes, rows * cols, from, to, group) }
}

type Parts = Pick<Elements, 'codes' | 'scales' | 'minima'>

/** Floats are their own codes: a view where the bytes lie well, else a copy. */
function plain({ bits }: TType, bytes: Uint8Array, from: number, to: number): Codes {
  const size = bits / 8
  const part = bytes.subarray(from * size, to * size)
  const { buffer, byteOffset } = part.byteOffset % size === 0 ? part : part.slice()
  return size === 4 ? new Uint32Array(buffer, byteOffset, to - from) : new Uint16Array(buffer, byteOffset, to - from)
}

/** hal's whole numbers: the format's own decode of a copy whose scales are one. */
function wholeNumbers(
  dtype: DType,
  { lowest, offset = 0, bits, alphabet, strip, scale, minimum }: Uniform,
  bytes: Uint8Array,
  total: number,
  from: number,
  to: number,
  group: number,
): Parts {
  const { block, blockBytes, tailBytes } = dtype
  const blocksAtOnce = atOnce(block)
  const codeOf = Uint8Array.from({ length: 2 ** bits }, (_, i) => (alphabet ? alphabet.indexOf(i + lowest) : i))
  const codes = new Uint8Array(to - from)
  const decoded = new Float32Array(blocksAtOnce * block)
  const copy = new Uint8Array(blocksAtOnce * blockBytes + tailBytes)
  const least = offset + lowest
  for (let at = from - (from % block); at < to; at += blocksAtOnce * block) {
    const blocks = Math.min(blocksAtOnce, Math.ceil((to - at) / block))
    const first = (at / block) * blockBytes
    copy.set(bytes.subarray(first, first + blocks * blockBytes))
    if (tailBytes > 0) strip(copy, blocks * blockBytes)
    else for (let b = 0; b < blocks; b++) strip(copy, b * blockBytes)
    dtype.decode(copy, blocks * block, 0, blocks * block, decoded)
    const end = Math.min(to - at, blocks * block)
    for (let i = Math.max(from - at, 0), o = at - from; i < end; i++) codes[o + i] = codeOf[decoded[i] - least]
  }
  const tail = (total / block) * blockBytes
  const each = (read: (bytes: Uint8Array, at: number, s: number) => number): Float32Array => {
    const out = new Float32Array((to - from) / group)
    if (tailBytes > 0) return out.fill(read(bytes, tail, 0))
    const perBlock = block / group
    for (let i = 0, g = from / group; i < out.length; i++, g++) {
      const b = Math.floor(g / perBlock)
      out[i] = read(bytes, b * blockBytes, g - b * perBlock)
    }
    return out
  }
  return { codes, scales: each(scale), ...(minimum ? { minima: each(minimum) } : {}) }
}

/** Fields: blocks that a range ends within are read whole, and cut. */
function placed(type: TType, bytes: Uint8Array, from: number, to: number, group: number): Parts {
  const { storage, lanes, scaled, shifted, bits } = type
  if (storage.kind !== 'fields') throw new LutraError('mismatch', `Expected ${type.name} to be stored as fields`)
  const { block, blockBytes } = storage
  const read = fieldReader(type, storage)
  const Codes = bits <= 8 ? Uint8Array : bits <= 16 ? Uint16Array : Uint32Array
  const first = Math.floor(from / block)
  const blocks = Math.ceil(to / block) - first
  const codes = new Codes(blocks * read.codes)
  const scales = new Float32Array(scaled ? blocks * read.groups : 0)
  const minima = new Float32Array(shifted ? blocks * read.groups : 0)
  for (let b = 0, at = first * blockBytes; b < blocks; b++, at += blockBytes) {
    read.readCodes(bytes, at, codes, b * read.codes)
    for (let g = 0; g < read.groups; g++) {
      if (scaled) scales[b * read.groups + g] = read.scale(bytes, at, g)
      if (shifted) minima[b * read.groups + g] = read.minimum(bytes, at, g)
    }
  }
  const cut = <T extends Codes | Float32Array>(list: T, each: number): T =>
    list.subarray((from - first * block) / each, (to - first * block) / each) as T
  return {
    codes: cut(codes, lanes),
    ...(scaled ? { scales: cut(scales, group) } : {}),
    ...(shifted ? { minima: cut(minima, group) } : {}),
  }
}
