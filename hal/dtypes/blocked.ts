/**
 * Turns "how one block decodes" into a whole DType: walks the blocks, cuts the last one, checks the bytes.
 * takes  a block's layout and its decode · gives  a DType
 */
import type { DType, Uniform } from '../dtype.js'
import { LutraError } from '../error.js'
import { f16ToF32 } from '../half.js'

export interface BlockFormat {
  readonly name: string
  readonly block: number
  readonly blockBytes: number
  readonly tailBytes?: number
  readonly gguf?: number
  readonly ternary?: boolean
  readonly uniform?: Uniform
  /** Writes the block's weights to out[o …]. `scale` is the tensor's one scale where the format has one, else 1. */
  readonly decodeBlock: (bytes: Uint8Array, at: number, out: Float32Array, o: number, scale: number) => void
  /** Reads the tensor's one scale from the tail. */
  readonly tailScale?: (bytes: Uint8Array, at: number) => number
}

export function blocked(format: BlockFormat): DType {
  const { name, block, blockBytes, tailBytes = 0, gguf, ternary = false, uniform, decodeBlock, tailScale } = format
  const self: DType = {
    name,
    bits: (blockBytes * 8) / block,
    block,
    blockBytes,
    tailBytes,
    gguf,
    ternary,
    uniform,
    decode(bytes, total, from, count, out) {
      checkRange(self, bytes, total, from, count, out)
      const scale = tailScale ? tailScale(bytes, (total / block) * blockBytes) : 1
      const whole = count - (count % block)
      let at = (from / block) * blockBytes
      for (let o = 0; o < whole; o += block, at += blockBytes) decodeBlock(bytes, at, out, o, scale)
      if (whole === count) return
      const last = new Float32Array(block)
      decodeBlock(bytes, at, last, 0, scale)
      out.set(last.subarray(0, count - whole), whole)
    },
  }
  return self
}

/** Bytes of a tensor of `elements` weights, tail included; LutraError mismatch where the blocks do not fit. */
export function tensorBytes(dtype: DType, elements: number): number {
  if (!Number.isSafeInteger(elements) || elements < 0 || elements % dtype.block !== 0)
    throw new LutraError(
      'mismatch',
      `Expected a whole number of ${dtype.name} blocks (${dtype.block} weights each) but found ${elements} weights`,
    )
  return (elements / dtype.block) * dtype.blockBytes + dtype.tailBytes
}

/** Whether a tensor of that shape is whole blocks, each of them in a row, or of whole rows. */
export function fillsBlocks({ block, tailBytes, codebooks }: DType, shape: readonly number[]): boolean {
  const [cols = 1] = shape
  const total = shape.reduce((a, b) => a * b, 1)
  if (codebooks) return cols === codebooks.cols && total % block === 0
  return (tailBytes > 0 ? total : cols) % block === 0
}

export function checkRange(
  dtype: DType,
  bytes: Uint8Array,
  total: number,
  from: number,
  count: number,
  out: Float32Array,
): void {
  const wanted = tensorBytes(dtype, total)
  if (bytes.length < wanted)
    throw new LutraError('mismatch', `Expected ${wanted} bytes of ${dtype.name} but found ${bytes.length}`)
  if (from < 0 || count < 0 || from % dtype.block !== 0 || from + count > total || count > out.length)
    throw new LutraError(
      'mismatch',
      `Expected a range within ${total} weights, starting at a multiple of ${dtype.block}, and room for it, but found ` +
        `${from} + ${count} into ${out.length}`,
    )
}

/** A little-endian 16-bit word at any byte. */
export function u16(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8)
}

/** The half-precision number at any byte. */
export function half(bytes: Uint8Array, at: number): number {
  return f16ToF32(u16(bytes, at))
}

/** Writes a little-endian 16-bit word at any byte. */
export function setU16(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word & 255
  bytes[at + 1] = word >> 8
}

/** One in half precision. */
export const halfOne = 0x3c00

/** Most formats: a scale per block in half precision, and maybe a minimum. */
export function perBlock(
  values: Pick<Uniform, 'bits' | 'lowest' | 'alphabet'>,
  segment: number,
  scaleAt: number,
  minimumAt?: number,
): Uniform {
  return {
    ...values,
    segment,
    scale: (bytes, at) => half(bytes, at + scaleAt),
    minimum: minimumAt === undefined ? undefined : (bytes, at) => half(bytes, at + minimumAt),
    strip(bytes, at) {
      setU16(bytes, at + scaleAt, halfOne)
      if (minimumAt !== undefined) setU16(bytes, at + minimumAt, 0)
    },
  }
}
