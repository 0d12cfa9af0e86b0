/**
 * A quantized matrix as whole codes with a scale and a zero point per group: what GPTQ and AIMET can say.
 * takes  a Tensor · gives  Coded, or why its format is none
 * after  ./gptq, ./encodings
 */
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'

/** weight = scale · (code − zero), codes from 0 to 2^bits − 1. */
export interface Coded {
  readonly bits: number
  readonly rows: number
  readonly cols: number
  /** Columns that share a scale; groups of a row lie one after another. */
  readonly group: number
  /** rows × (cols / group); may be negative, as llama.cpp's are. */
  readonly scales: Float32Array
  readonly zeros: Int32Array
  codes(row: number, out: Uint8Array): void
}

/** The codes, or a reason that follows "…, since ". */
export function codedOf({ dtype, shape, bytes }: Tensor): Coded | string {
  const { uniform, block, blockBytes, tailBytes, codebooks } = dtype
  if (shape.length !== 2) return 'it is no matrix'
  if (!uniform || codebooks || uniform.alphabet) return `${dtype.name} takes its values from a table`
  const [cols, rows] = shape
  if (cols % block !== 0) return `blocks of ${dtype.name} run on across its rows`
  const { bits, lowest, segment, offset = 0 } = uniform
  const group = segment ?? cols
  const all = rows * (cols / group)
  const [scales, zeros] = [new Float32Array(all), new Int32Array(all)]
  const tail = (rows * cols * blockBytes) / block
  const perBlock = block / Math.min(group, block)
  for (let i = 0; i < all; i++) {
    const at = segment === undefined ? tail : Math.floor(i / perBlock) * blockBytes
    const s = segment === undefined ? 0 : i % perBlock
    scales[i] = uniform.scale(bytes, at, s)
    const minimum = uniform.minimum?.(bytes, at, s) ?? 0
    const zero = minimum === 0 ? -lowest : -lowest - minimum / scales[i]
    // A scale of 0 makes all weights its minimum, whatever the codes.
    if (!Number.isInteger(zero)) return `minima of ${dtype.name} are no whole number of steps`
    zeros[i] = zero
  }
  const stripped = Uint8Array.from(bytes)
  for (let at = 0; at < tail; at += blockBytes) if (segment !== undefined) uniform.strip(stripped, at)
  if (tailBytes > 0) uniform.strip(stripped, tail)
  const values = new Float32Array(cols)
  return {
    ...{ bits, rows, cols, group, scales, zeros },
    codes(row, out) {
      if (!(row >= 0 && row < rows && out.length >= cols))
        throw new LutraError('mismatch', `Expected a row below ${rows} and room for ${cols} codes but found row ${row}`)
      dtype.decode(stripped, rows * cols, row * cols, cols, values)
      for (let c = 0; c < cols; c++) out[c] = values[c] - offset - lowest
    },
  }
}
