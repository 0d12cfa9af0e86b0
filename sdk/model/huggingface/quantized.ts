/**
 * A packed module of GPTQ, AWQ or BitNet as tensors that engines know. The small parts (scales, zero points, groups)
 * are read at once, since they decide the format; the codes are repacked when someone wants the bytes.
 * takes  the parts of a module, its name in GGUF · gives  its weight, and its `.perm` where columns were sorted
 * before ./quantization, ../repack · after ./tensors
 */
import { I2_S, tensorBytes } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import { f16ToF32, f32ToF16 } from '../../../hal/half.js'
import type { Tensor } from '../../../hal/tensor.js'
import { MadeTensor } from '../made-tensor.js'
import { quote } from '../quote.js'
import { awqCodes, awqMiddle, awqZeros } from '../repack/awq.js'
import { exactDtype, writeBlocks } from '../repack/blocks.js'
import { gptqCodes, gptqMiddle, gptqZeros } from '../repack/gptq.js'
import { arrange, type Bits, type Columns, checkSizes, type Grouped } from '../repack/grouped.js'
import { packedToI2S } from '../repack/ternary.js'
import type { Stored } from '../safetensors/shards.js'
import { listTensor, readBytes, readFloats } from './plain.js'
import type { Quantization } from './quantization.js'

/** The tensors of one module by their last name: weight, qweight, scales, … */
export type Parts = ReadonlyMap<string, Stored>

export function groupedTensors(name: string, module: string, parts: Parts, how: Quantization): Tensor[] {
  const packing =
    how.kind === 'gptq'
      ? gptqPacking(module, parts, how)
      : how.kind === 'awq'
        ? awqPacking(module, parts, how)
        : undefined
  if (!packing)
    throw new LutraError(
      'format',
      `Expected a quantization_config of GPTQ or AWQ for ${quote(module)}.qweight but found none; copy config.json (quantize_config.json) as well`,
    )
  const { bits, cols, rows, columns, scales } = packing
  const halves = scales.type === 'F16' || readFloats(scales).every(isHalf)
  const dtype = exactDtype({ bits, cols, columns, halves, middle: packing.middle() })
  const make = () => {
    const [zeros, codes] = [packing.zeros(), packing.codes()]
    return writeBlocks({ bits, cols, rows, columns, scales: readFloats(scales), zeros, codes }, dtype)
  }
  const weight = new MadeTensor(`${name}.weight`, dtype, [cols, rows], make)
  return columns.order ? [weight, listTensor(`${name}.perm`, columns.order)] : [weight]
}

interface Packing {
  readonly bits: Bits
  readonly cols: number
  readonly rows: number
  readonly columns: Columns
  readonly scales: Stored
  readonly middle: () => boolean
  readonly zeros: () => Uint16Array
  readonly codes: () => Grouped['codes']
}

function gptqPacking(module: string, parts: Parts, how: Extract<Quantization, { kind: 'gptq' }>): Packing {
  const qweight = matrix(module, parts, 'qweight')
  const gIdx = parts.get('g_idx')
  // Modules may have bits of their own ("dynamic"): the number of columns tells.
  const cols = gIdx ? elements(gIdx) : (qweight.shape[0] * 32) / how.bits
  const bits = (qweight.shape[0] * 32) / cols
  if (bits !== 2 && bits !== 3 && bits !== 4 && bits !== 8)
    throw new LutraError(
      'unsupported',
      `Expected 2, 3, 4 or 8 bits in ${quote(module)} but ${qweight.shape[0]} words for ${cols} columns make ${bits}`,
    )
  const rows = qweight.shape[1]
  const { scales, groups } = scalesOf(module, parts, rows)
  checkSizes(quote(module), cols, rows, groups)
  const qzeros = expect(matrix(module, parts, 'qzeros'), [groups, (rows * bits) / 32])
  const columns = arrange(cols, groups, gptqGroups(module, gIdx, cols, groups, how.groupSize), quote(module))
  return {
    ...{ bits, cols, rows, columns, scales },
    middle: () => gptqMiddle(() => words(qzeros), bits, how.zeros),
    zeros: () => gptqZeros(words(qzeros), groups, rows, bits, how.zeros),
    codes: () => gptqCodes(words(qweight), cols, rows, bits, columns.order),
  }
}

function awqPacking(module: string, parts: Parts, how: Extract<Quantization, { kind: 'awq' }>): Packing {
  const qweight = matrix(module, parts, 'qweight')
  const [cols, rows] = [qweight.shape[0], 8 * qweight.shape[1]]
  const { scales, groups } = scalesOf(module, parts, rows)
  checkSizes(quote(module), cols, rows, groups)
  const qzeros = expect(matrix(module, parts, 'qzeros'), [groups, rows / 8])
  const columns = arrange(cols, groups, sizeOfGroups(module, cols, groups, how.groupSize), quote(module))
  return {
    ...{ bits: 4, cols, rows, columns, scales },
    middle: () => awqMiddle(words(qzeros)),
    zeros: () => awqZeros(words(qzeros), groups, rows),
    codes: () => awqCodes(words(qweight), cols, rows),
  }
}

/** The packed rows of BitNet in transformers, and the one scale. */
export function ternaryTensor(
  name: string,
  module: string,
  parts: Parts,
  how: Extract<Quantization, { kind: 'bitnet' }>,
): Tensor {
  const packed = matrix(module, parts, 'weight', 'U8')
  const factor = parts.get('weight_scale')
  if (!factor || elements(factor) !== 1)
    throw new LutraError(
      'format',
      `Expected one number as ${quote(module)}.weight_scale but found ${factor ? elements(factor) : 'none'}`,
    )
  const [packedRows, cols] = packed.shape
  // Whole blocks, or LutraError mismatch.
  tensorBytes(I2_S, 4 * packedRows * cols)
  return new MadeTensor(`${name}.weight`, I2_S, [cols, 4 * packedRows], () => {
    const scale = readFloats(factor)[0]
    return packedToI2S(readBytes(packed), cols, packedRows, how.scale === 'times' ? scale : 1 / scale)
  })
}

/** All zero means that the columns are in order, as some writers leave it. */
function gptqGroups(
  module: string,
  gIdx: Stored | undefined,
  cols: number,
  groups: number,
  size: number,
): Int32Array | number {
  const inOrder = () => sizeOfGroups(module, cols, groups, size)
  if (!gIdx) return inOrder()
  if (gIdx.type !== 'I32') throw unlike(module, 'g_idx', 'I32', gIdx)
  const list = words(gIdx)
  return list.every((group) => group === 0) ? inOrder() : list
}

/** By the config where that agrees with the number of scales, else what the scales say. */
function sizeOfGroups(module: string, cols: number, groups: number, size: number): number {
  const claimed = size === -1 ? cols : size
  if (Math.ceil(cols / claimed) === groups) return claimed
  if (cols % groups === 0) return cols / groups
  throw new LutraError(
    'format',
    `Expected ${Math.ceil(cols / claimed)} groups (${claimed} columns each) in ${quote(module)} but its scales have ${groups}`,
  )
}

function scalesOf(module: string, parts: Parts, rows: number): { scales: Stored; groups: number } {
  const scales = parts.get('scales')
  if (scales?.shape.length !== 2 || scales.shape[1] !== rows || !['F16', 'BF16', 'F32'].includes(scales.type))
    throw unlike(module, 'scales', `floats, groups x ${rows}`, scales)
  return { scales, groups: scales.shape[0] }
}

function matrix(module: string, parts: Parts, part: string, type = 'I32'): Stored {
  const stored = parts.get(part)
  if (stored?.shape.length === 2 && stored.type === type && !stored.shape.includes(0)) return stored
  throw unlike(module, part, `a matrix of ${type}`, stored)
}

function expect(stored: Stored, shape: readonly number[]): Stored {
  if (stored.shape.every((dim, i) => dim === shape[i])) return stored
  throw new LutraError(
    'mismatch',
    `Expected ${quote(stored.name)} of ${shape.join(' x ')} but found ${stored.shape.join(' x ')}`,
  )
}

function unlike(module: string, part: string, expected: string, found: Stored | undefined): LutraError {
  const what = found ? `${found.type.slice(0, 16)} ${found.shape.join(' x ')}` : 'none'
  return new LutraError('format', `Expected ${expected} as ${quote(module)}.${part} but found ${what}`)
}

function isHalf(value: number): boolean {
  return Object.is(f16ToF32(f32ToF16(value)), value)
}

function elements(stored: Stored): number {
  return stored.shape.reduce((product, dim) => product * dim, 1)
}

function words(stored: Stored): Int32Array {
  return new Int32Array(readBytes(stored).buffer)
}
