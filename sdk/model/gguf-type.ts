/**
 * Which number format a GGUF type id means, where forks gave one id to two formats: the room that the file leaves for the
 * tensor tells, since no two of them take the same number of bytes.
 * takes  type id, weights, bytes up to what follows in the file, alignment, architecture · gives  DType
 * before ./gguf-header · after ./gguf-tensors
 */
import type { DType } from '../../hal/dtype.js'
import { dtypeOf, tensorBytes, vqOf } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'

/** What else the ids meant: in forks of BitNet, and in llama.cpp's repacked formats of 2024 that it has given up. */
const others: ReadonlyMap<number, readonly Other[]> = new Map([
  [36, [{ name: 'IQ4_NL_4_4, given up by llama.cpp', block: 32, bytes: 18 }]],
  [38, [{ name: "TL1 of BitNet's forks" }]],
  [39, [{ name: "TL2 of BitNet's forks" }]],
  [42, [{ name: "TL2 of BitNet's newest forks" }]],
])

interface Other {
  readonly name: string
  /** Absent: its size depends on how it was tiled. */
  readonly block?: number
  readonly bytes?: number
}

export interface TensorRoom {
  readonly weights: number
  readonly cols: number
  /** From the tensor's first byte to that of what follows, or to the end of the file. */
  readonly bytes: number
  readonly last: boolean
  readonly alignment: number
}

/** @throws LutraError unsupported, where the id is unknown or means a format of a fork. */
export function formatOf(type: number, room: TensorRoom, architecture: string): DType {
  const rivals = others.get(type)
  if (!rivals) return vqOf(type, room.cols) ?? dtypeOf(type)
  let own: DType | undefined
  try {
    own = dtypeOf(type)
  } catch (cause) {
    if (!(cause instanceof LutraError)) throw cause
  }
  if (own && room.weights % own.block === 0 && fits(tensorBytes(own, room.weights), room)) return own
  const rival = rivals.find(
    ({ block, bytes }) => block === undefined || (bytes !== undefined && fits((room.weights / block) * bytes, room)),
  )
  const here = architecture === '' ? '' : ` in a file of architecture ${JSON.stringify(architecture.slice(0, 40))}`
  throw new LutraError(
    'unsupported',
    own
      ? `Expected ${sizes(own, room)} for ${room.weights} weights of type ${type} (${own.name}) but found room for ${room.bytes}` +
          `${rival ? `: that is ${rival.name}` : ''}${here}; convert the model again with a current tool`
      : `Expected a format that Lutra knows but found type ${type} (${rivals[0].name})${here}; convert the model again`,
  )
}

/** Exactly so many bytes up to the next tensor, padding aside; the last one may be followed by whatever ends a file. */
function fits(bytes: number, room: TensorRoom): boolean {
  const padded = Math.ceil(bytes / room.alignment) * room.alignment
  return room.bytes === padded || (room.last && room.bytes >= bytes && room.bytes < padded)
}

function sizes(dtype: DType, { weights }: TensorRoom): string {
  return weights % dtype.block === 0 ? `${tensorBytes(dtype, weights)} bytes` : `blocks of ${dtype.block}`
}
