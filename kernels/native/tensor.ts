/**
 * A Tensor as the addon takes it, checked: a format that native kernels know, two dimensions, exactly its bytes.
 * takes  Tensor · gives  NativeTensor
 */
import type { Codebooks } from '../../hal/dtype.js'
import { fillsBlocks, vqFamily } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import type { NativeTensor } from './addon.js'

const kQuants = ['Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K']
/** Formats that pack to two bits a weight, or to table indices. */
export const ternary: readonly string[] = ['TQ1_0', 'TQ2_0', 'I2_S', 'LT2']
/** Codes of four or five bits, evenly spaced or a codebook's. */
const nibbles = ['Q5_0', 'Q5_1', 'IQ4_NL', 'IQ4_XS', 'MXFP4', 'NVFP4']
/** Points of grids, packed coordinate by coordinate (native/engine/super.h): bytes per 256 weights then. */
export const gridded: ReadonlyMap<string, number> = new Map([
  ['IQ2_XXS', 106],
  ['IQ2_XS', 114],
  ['IQ2_S', 114],
  ['IQ3_XXS', 138],
  ['IQ3_S', 138],
  ['IQ1_S', 106],
  ['IQ1_M', 114],
])
/** Codes of one to four bits with a scale per group, and how many bits. */
export const uniform: ReadonlyMap<string, number> = new Map([
  ...([
    ['Q4_0', 4],
    ['Q4_1', 4],
    ['Q1_0', 1],
    ['Q2_0', 2],
  ] as const),
  ...([
    ['LU1', 1],
    ['LU2', 2],
    ['LU3', 3],
    ['LU4', 4],
  ] as const),
  ...([
    ['LZ2', 2],
    ['LZ3', 3],
    ['LZ4', 4],
    ['LZ2_32', 2],
    ['LZ3_32', 3],
    ['LZ4_32', 4],
  ] as const),
])

/** Index = the DType code of native/engine/kernels.h. */
export const nativeDtypes: readonly string[] = [
  ...['F32', 'F16', 'BF16', 'Q8_0', 'Q4_0', 'TQ1_0', 'TQ2_0', 'I2_S', 'LT2'],
  ...kQuants,
  ...['Q4_1', 'Q1_0', 'Q2_0', 'LU1', 'LU2', 'LU3', 'LU4'],
  ...nibbles,
  ...gridded.keys(),
  ...['LZ2', 'LZ3', 'LZ4', 'LZ8', 'LZ2_32', 'LZ3_32', 'LZ4_32', 'LZ8_32'],
  vqFamily,
]

/** Bytes of a weight of a vector-quantized type, packed: codes of four bits at most stay codes (native/engine/vq.h). */
export function vqBytes({ codeBits, lanes, rows, span }: Codebooks): number {
  if (codeBits > 4 || rows < 4) return 272 / 256
  return 0.5 / lanes + (16 + (rows < 8 ? 32 : 16) * lanes) / (8 * span)
}

/** Formats whose blocks run on across rows; in the others columns must fill blocks. */
const acrossRows: ReadonlySet<string> = new Set(['F32', 'F16', 'BF16', 'I2_S', 'LT2'])

export function nativeTensor(tensor: Tensor, use: { linear: boolean; lookup: boolean }): NativeTensor {
  // A file's tensor reads its bytes when they are asked for; here the addon maps them, and checks the file's size.
  const { name, dtype, shape, file } = tensor
  const { codebooks } = dtype
  const code = nativeDtypes.indexOf(codebooks ? vqFamily : dtype.name)
  if (code < 0)
    throw new LutraError(
      'unsupported',
      `Expected tensor ${name} in a format that the native engine knows (${nativeDtypes.join(', ')}) but found ${dtype.name}; ` +
        'quantize it to one of these, or use the ts engine',
    )
  const [cols, rows = 1] = shape
  const sizes = shape.length >= 1 && shape.slice(2).every((n) => n === 1) && size(cols, 1 << 24) && size(rows, 2 ** 30)
  const filled = acrossRows.has(dtype.name) ? (cols * rows) % dtype.block === 0 : fillsBlocks(dtype, [cols, rows])
  if (!sizes || !filled)
    throw new LutraError(
      'mismatch',
      `Expected tensor ${name} to be columns × rows in whole ${dtype.name} blocks of ${dtype.block} but found ${shape.join(' × ')}`,
    )
  const wanted = ((cols * rows) / dtype.block) * dtype.blockBytes + dtype.tailBytes
  const own = codebooks && { codebooks }
  if (file) return { name, dtype: code, cols, rows, ...own, path: file.path, offset: file.offset, ...use }
  return {
    name,
    dtype: code,
    cols,
    rows,
    ...own,
    ...use,
    /** Made when they are asked for: an estimate of memory asks for none. */
    get bytes() {
      const { bytes } = tensor
      if (bytes.length >= wanted) return bytes
      throw new LutraError('mismatch', `Expected ${wanted} bytes of tensor ${name} but found ${bytes.length}`)
    },
  }
}

/** A tensor read as one row of floats (norms, biases). */
export function vectorTensor(tensor: Tensor): NativeTensor {
  const t = nativeTensor(tensor, { linear: false, lookup: true })
  if (t.rows !== 1) throw new LutraError('mismatch', `Expected tensor ${t.name} to be one row but found ${t.rows}`)
  return t
}

function size(n: number, most: number): boolean {
  return Number.isSafeInteger(n) && n >= 1 && n <= most
}
