/**
 * Grouped codes as blocks of a DType: which one says every weight exactly, and its bytes.
 * takes  Grouped · gives  dtype, bytes
 * before ./gptq, ./awq · after ../huggingface/quantized
 */
import type { DType } from '../../../hal/dtype.js'
import * as dtypes from '../../../hal/dtypes/index.js'
import { f32ToF16 } from '../../../hal/half.js'
import { sharedBytes } from '../made-tensor.js'
import type { Bits, Columns, Grouped } from './grouped.js'

export interface Exactness {
  readonly bits: Bits
  readonly cols: number
  readonly columns: Columns
  /** Every scale is a half. */
  readonly halves: boolean
  /** Every zero point is in the middle of the codes: 8 of four bits, 128 of eight. */
  readonly middle: boolean
}

const wide: Readonly<Record<Bits, DType>> = { 2: dtypes.LZ2, 3: dtypes.LZ3, 4: dtypes.LZ4, 8: dtypes.LZ8 }
const narrow: Readonly<Record<Bits, DType>> = {
  2: dtypes.LZ2_32,
  3: dtypes.LZ3_32,
  4: dtypes.LZ4_32,
  8: dtypes.LZ8_32,
}

/** Rows unpacked at a time: codes of these stay in the second cache. */
const tileRows = 64

/**
 * The format that holds these weights exactly: GGUF's own where the zero point is its, ours for any other zero point,
 * F32 where a scale is no half.
 */
export function exactDtype({ bits, cols, columns, halves, middle }: Exactness): DType {
  if (!halves) return dtypes.F32
  if (middle && bits === 4) return dtypes.Q4_0
  if (middle && bits === 8) return dtypes.Q8_0
  const whole = cols % 128 === 0 && columns.groups.every((group, i) => group === columns.groups[i - (i % 4)])
  return (whole ? wide : narrow)[bits]
}

export function writeBlocks(matrix: Grouped, dtype: DType): Uint8Array {
  const { cols, rows } = matrix
  const rowBytes = (cols / dtype.block) * dtype.blockBytes
  const bytes = sharedBytes(rowBytes * rows)
  const write = writerOf(matrix, dtype, bytes)
  const tile = new Uint8Array(Math.min(tileRows, rows) * cols)
  for (let from = 0; from < rows; from += tileRows) {
    const to = Math.min(from + tileRows, rows)
    matrix.codes(from, to, tile)
    for (let row = from; row < to; row++) write(row, tile, (row - from) * cols, row * rowBytes)
  }
  return bytes
}

/** Writes one row: codes from `at` of the tile, bytes from `p`. */
type Writer = (row: number, tile: Uint8Array, at: number, p: number) => void

function writerOf(matrix: Grouped, dtype: DType, bytes: Uint8Array): Writer {
  const { bits, cols, rows, zeros, columns } = matrix
  const { block } = dtype
  if (dtype === dtypes.F32) return floatWriter(matrix, new Float32Array(bytes.buffer))
  const scales = Uint16Array.from(matrix.scales, f32ToF16)
  const eachBlock =
    (write: (p: number, group: number, tile: Uint8Array, c: number) => void): Writer =>
    (row, tile, at, p) => {
      for (let c = 0; c < cols; c += block, p += dtype.blockBytes) {
        const group = columns.groups[c / 32] * rows + row
        bytes[p] = scales[group]
        bytes[p + 1] = scales[group] >> 8
        write(p + 2, group, tile, at + c)
      }
    }
  if (dtype === dtypes.Q4_0)
    return eachBlock((p, _, tile, c) => {
      for (let j = 0; j < 16; j++) bytes[p + j] = tile[c + j] | (tile[c + j + 16] << 4)
    })
  if (dtype === dtypes.Q8_0)
    return eachBlock((p, _, tile, c) => {
      for (let j = 0; j < 32; j++) bytes[p + j] = tile[c + j] - 128
    })
  return eachBlock((p, group, tile, c) => {
    bytes[p] = zeros[group]
    bytes[p + 1] = zeros[group] >> 8
    packBits(bits, tile, c, block, bytes, p + 2)
  })
}

/** Lowest bits first; eight codes fill `bits` whole bytes. */
function packBits(bits: Bits, codes: Uint8Array, c: number, count: number, bytes: Uint8Array, at: number): void {
  const end = c + count
  if (bits === 8) for (let p = at; c < end; c++) bytes[p++] = codes[c]
  else if (bits === 4) for (let p = at; c < end; c += 2) bytes[p++] = codes[c] | (codes[c + 1] << 4)
  else if (bits === 2)
    for (let p = at; c < end; c += 4)
      bytes[p++] = codes[c] | (codes[c + 1] << 2) | (codes[c + 2] << 4) | (codes[c + 3] << 6)
  else
    for (let p = at; c < end; c += 8, p += 3) {
      const low = codes[c] | (codes[c + 1] << 3) | (codes[c + 2] << 6) | (codes[c + 3] << 9)
      const high = codes[c + 4] | (codes[c + 5] << 3) | (codes[c + 6] << 6) | (codes[c + 7] << 9)
      bytes[p] = low
      bytes[p + 1] = (low >> 8) | (high << 4)
      bytes[p + 2] = high >> 4
    }
}

function floatWriter({ cols, rows, scales, zeros, columns }: Grouped, floats: Float32Array): Writer {
  return (row, tile, at, p) => {
    for (let c = 0, o = p / 4; c < cols; c++) {
      const group = columns.groups[c >> 5] * rows + row
      floats[o++] = scales[group] * (tile[at + c] - zeros[group])
    }
  }
}
