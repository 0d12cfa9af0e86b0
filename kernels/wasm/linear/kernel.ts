/**
 * Which kernel computes a linear: Ladder's, else plain floats; in int8 mode over an input that is rounded first where the
 * kernel itself knows nothing of whole numbers.
 * takes  a weight's format and shape, a mode · gives  a Kernel, the same in every thread
 * before kernels/ladder, ./plain · after ../pack, ../linears
 */
import type { ActivationMode } from '../../../hal/backend.js'
import type { ModuleBuilder } from '../../ladder/wasm/module.js'
import type { SentWeight } from '../messages.js'
import type { Piece } from '../source.js'
import { plainKernel } from './plain.js'

/** See kernels/ladder/linear. */
export interface Kernel {
  readonly name: string
  readonly form: { readonly key: string; bytes(cols: number): number }
  readonly tileRows: number
  /** Export: (x, prepared, cols, n). */
  readonly prepare: string
  /** Export: (packed, prepared, out, n, rows, cols, fromTile, toTile, bias, residual). */
  readonly run: string
  /** True where the input is rounded to int8 before it is prepared. */
  readonly rounds: boolean
  packedBytes(rows: number, cols: number): number
  /** Rows from `first` on, a multiple of the tile's, into the matrix's packed bytes, which are zero before. */
  pack(piece: Piece, into: Uint8Array, first: number): void
  emit(module: ModuleBuilder): void
}

export function kernelOf(
  _weight: Pick<SentWeight, 'dtype' | 'rows' | 'cols'>,
  mode: ActivationMode,
  _features: readonly string[],
): Kernel {
  return { ...plainKernel, rounds: mode === 'int8' }
}
