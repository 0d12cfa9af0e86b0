/**
 * Which VQ type fits a matrix: groups of 256 columns, or of as many as its rows allow, and as many rows as the budget asks for.
 * takes  rows × cols, bits a weight of the codes, lanes · gives  a DType · before hal/dtypes/vq · after ../../pipeline
 */
import type { DType } from '../../../../hal/dtype.js'
import { vqType } from '../../../../hal/dtypes/index.js'
import { LutraError } from '../../../../hal/error.js'

export interface VqWish {
  /** Bits of a code for each weight: 2 for 16 pairs. */
  readonly bits: number
  readonly lanes: 1 | 2 | 4
  /** What the codebook's bytes may add, in bits a weight; default 0.125, as GPTVQ's authors have it. */
  readonly overhead?: number
}

/** LutraError unsupported where codes would be longer than a byte, or no groups fill the matrix. */
export function vqFor(rows: number, cols: number, { bits, lanes, overhead = 0.125 }: VqWish): DType {
  const codeBits = bits * lanes
  const spans = Array.from({ length: 16 }, (_, i) => 32 * (i + 1)).filter((span) => cols % span === 0)
  if (!Number.isInteger(codeBits) || codeBits < 1 || codeBits > 8 || spans.length === 0)
    throw new LutraError(
      'unsupported',
      `Expected codes of 1 to 8 bits and a multiple of 32 columns but found ${codeBits} bits and ${cols} columns`,
    )
  const span = spans.reduce((a, b) => (Math.abs(b - 256) < Math.abs(a - 256) ? b : a))
  const weights = (8 * 2 ** codeBits * lanes) / overhead
  let group = 1
  while (group * span < weights && group < 256 && rows % (2 * group) === 0) group *= 2
  return vqType({ codeBits, lanes, rows: group, span, cols })
}
