/**
 * A number format as a quantizer sees it: levels, and scales (with minima) that are chosen per block and stored rounded.
 * A weight is scale · level + minimum of its segment, in float32, exactly as a reader of the file decodes it.
 * after  one file a family beside this one · before  ../method
 */
import type { DType } from '../../../hal/dtype.js'

export interface Grid {
  readonly dtype: DType
  /** Weights whose scales are chosen together: the format's block (32, 256, …). Rows are whole blocks. */
  readonly block: number
  /** Weights that share a scale: a divisor of the block. */
  readonly segment: number
  /** What codes stand for, ascending; code c is place c of this list. */
  readonly levels: Float32Array
  /** True where segments have minima of their own; else all are 0. */
  readonly minima: boolean
  /**
   * The format's reference encoder (llama.cpp's, byte for byte, where the format is theirs): one row of whole blocks.
   * `importance` holds a weight per column, as an importance matrix gives it.
   */
  encode(row: Float32Array, importance: Float32Array | undefined, bytes: Uint8Array): void
  /**
   * Chooses the scales of one block for `values` (block) so that sum of importance · error² is small, and stores them:
   * header bytes at `at`, and what a reader decodes into `scales` and `minima` (block / segment each). Codes stay 0.
   */
  fit(
    values: Float32Array,
    importance: Float32Array,
    bytes: Uint8Array,
    at: number,
    scales: Float32Array,
    minima: Float32Array,
  ): void
  /** Stores the nearest that the format can hold to wanted scales and minima; both are replaced by what is stored. */
  store(scales: Float32Array, minima: Float32Array, bytes: Uint8Array, at: number): void
  /** Writes the codes of one block (block places of `levels`) beside the header at `at`. */
  write(codes: Uint8Array, bytes: Uint8Array, at: number): void
}
