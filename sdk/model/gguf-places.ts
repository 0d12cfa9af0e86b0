/**
 * Tensor infos of a GGUF header, checked against the size of what they lie in, as tensors.
 * takes  the header, the size, and who makes a tensor of a range · gives  tensors by name
 * before ./gguf-header · after ./gguf-tensors (files), ./gguf-bytes (memory)
 */
import type { DType } from '../../hal/dtype.js'
import { fillsBlocks, tensorBytes } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import { swappable } from './byte-order.js'
import type { GgufHeader, TensorInfo } from './gguf-header.js'
import { formatOf } from './gguf-type.js'
import { UnreadableTensor } from './made-tensor.js'
import { quote } from './quote.js'

/** Where a tensor lies, in bytes from the file's beginning. */
export interface Range {
  readonly begin: number
  readonly length: number
}

export type MakeTensor = (info: TensorInfo, dtype: DType, range: Range) => Tensor

export function placeTensors(header: GgufHeader, size: number, make: MakeTensor): Map<string, Tensor> {
  const named = header.metadata.get('general.architecture')
  const architecture = typeof named === 'string' ? named : ''
  const ends = roomEnds(header, size)
  const placed = header.infos.map((info) => place(info, header, size, make, architecture, ends))
  checkOverlap(placed)
  const unreadable = placed.filter(({ tensor }) => tensor instanceof UnreadableTensor).length
  for (const { tensor } of placed) if (tensor instanceof UnreadableTensor) tensor.count = unreadable
  return new Map(placed.map(({ tensor }) => [tensor.name, tensor]))
}

interface Placed {
  readonly tensor: Tensor
  readonly begin: number
  readonly end: number
}

/** Where what follows an offset begins; the file's end, for the last one. */
function roomEnds(header: GgufHeader, size: number): ReadonlyMap<number, number> {
  const offsets = header.infos.map(({ offset }) => offset).sort((a, b) => a - b)
  const ends = new Map<number, number>()
  for (let i = offsets.length - 1, end = size - header.dataStart; i >= 0; i--) {
    if (ends.has(offsets[i])) continue
    ends.set(offsets[i], end)
    end = offsets[i]
  }
  return ends
}

function place(
  info: TensorInfo,
  header: GgufHeader,
  size: number,
  make: MakeTensor,
  architecture: string,
  ends: ReadonlyMap<number, number>,
): Placed {
  const name = quote(info.name)
  if (info.offset % header.alignment !== 0)
    throw new LutraError(
      'format',
      `Expected tensor ${name} at a multiple of ${header.alignment} but found offset ${info.offset}`,
    )
  const elements = elementsOf(info)
  const begin = header.dataStart + info.offset
  const end = header.dataStart + (ends.get(info.offset) ?? 0)
  let dtype: DType
  try {
    const room = {
      weights: elements,
      cols: info.shape[0],
      bytes: end - begin,
      last: end === size,
      alignment: header.alignment,
    }
    dtype = formatOf(info.type, room, architecture)
    if (!header.littleEndian && !swappable.includes(dtype.name)) throw unswappable(dtype)
  } catch (cause) {
    if (!(cause instanceof LutraError)) throw cause
    checkInside(name, begin, begin + 1, size)
    return { tensor: new UnreadableTensor(info.name, info.shape, cause), begin, end: begin }
  }
  if (!fillsBlocks(dtype, info.shape))
    throw new LutraError(
      'format',
      `Expected whole ${dtype.name} blocks (${dtype.block} weights) but tensor ${name} has shape ${info.shape.join(' x ')}`,
    )
  const length = tensorBytes(dtype, elements)
  checkInside(name, begin, begin + length, size)
  const tensor = make(info, dtype, { begin, length })
  return { tensor, begin, end: begin + length }
}

function unswappable({ name }: DType): LutraError {
  return new LutraError(
    'unsupported',
    `Expected ${swappable.join(', ')} in a big-endian file but found ${name}; convert it with gguf_convert_endian.py`,
  )
}

function elementsOf(info: TensorInfo): number {
  let elements = 1
  for (const dim of info.shape) {
    if (dim === 0) throw new LutraError('format', `Expected dimensions above 0 but tensor ${quote(info.name)} has a 0`)
    elements *= dim
    if (!Number.isSafeInteger(elements))
      throw new LutraError(
        'limit',
        `Expected below 2^53 weights but tensor ${quote(info.name)} claims ${info.shape.join(' x ')}`,
      )
  }
  return elements
}

function checkInside(name: string, begin: number, end: number, size: number): void {
  if (end > size)
    throw new LutraError(
      'format',
      `Expected tensor ${name} in bytes ${begin} to ${end} but the file ends at ${size}; copy or download it again`,
    )
}

function checkOverlap(placed: readonly Placed[]): void {
  const inOrder = [...placed].sort((a, b) => a.begin - b.begin || a.end - b.end)
  for (let i = 1; i < inOrder.length; i++) {
    const [a, b] = [inOrder[i - 1], inOrder[i]]
    if (b.begin < a.end || b.begin === a.begin)
      throw new LutraError(
        'format',
        `Expected tensors apart but ${quote(a.tensor.name)} and ${quote(b.tensor.name)} overlap at byte ${b.begin}`,
      )
  }
}
