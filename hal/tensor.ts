import type { DType } from './dtype.js'

/** A named array of numbers in a number format: a view on bytes, never a copy. */
export interface Tensor {
  readonly name: string
  readonly dtype: DType
  /** GGUF order: shape[0] is the contiguous (input) dimension, shape[1] the rows (outputs). */
  readonly shape: readonly number[]
  /** Exactly the tensor's bytes, scale tails included. May be backed by a mapped file or shared memory. */
  readonly bytes: Uint8Array
  /** Where the bytes lie in their file, so that an engine may map them itself. */
  readonly file?: { readonly path: string; readonly offset: number }
}
