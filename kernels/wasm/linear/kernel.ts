/**
 * Which kernel computes a linear: Ladder's, else plain floats; in int8 mode over an input that is rounded first where the
 * kernel itself knows nothing of whole numbers.
 * takes  a weight's format and shape, a mode · gives  a Kernel, the same in every thread
 * before kernels/ladder, ./plain · after ../pack, ../linears
 */
import type { ActivationMode } from '../../../hal/backend.js'
import { dtypeByName, F16 } from '../../../hal/dtypes/index.js'
import { algorithmOf, emitLinear, linearKernels } from '../../ladder/linear.js'
import { elementsOf, notTyped } from '../../ladder/type/elements.js'
import { ttypeOf } from '../../ladder/type/registry.js'
import type { ModuleBuilder } from '../../ladder/wasm/module.js'
import type { SentWeight } from '../messages.js'
import type { Piece } from '../source.js'
import { halfKernel, plainKernel } from './plain.js'

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

/**
 * Bits from which tables do not stand in for products of rounded floats: they are no faster there, and round more coarsely,
 * since four inputs have to fit in a byte together.
 */
const tablesBelow = 4

/** Of this thread, by what they were made from: compiling takes as long as packing small matrices. */
const made = new Map<string, Kernel>()

export function kernelOf(
  weight: Pick<SentWeight, 'dtype' | 'rows' | 'cols' | 'algorithm'>,
  mode: ActivationMode,
  features: readonly string[],
): Kernel {
  const { dtype, rows, cols, algorithm } = weight
  const key = [dtype, rows, cols, algorithm, mode, ...features].join(' ')
  const kernel = made.get(key) ?? make(weight, mode, features)
  made.set(key, kernel)
  return kernel
}

function make(
  { dtype: name, rows, cols, algorithm }: Parameters<typeof kernelOf>[0],
  mode: ActivationMode,
  features: readonly string[],
): Kernel {
  const dtype = dtypeByName(name)
  if (dtype === F16) return { ...halfKernel, rounds: mode === 'int8' }
  const type = ttypeOf(dtype)
  if (!type || notTyped(dtype, cols) !== undefined) return { ...plainKernel, rounds: mode === 'int8' }
  const all = linearKernels(type, mode, rows, cols, features)
  const kernel =
    all.find(({ candidate }) => algorithmOf(candidate) === algorithm) ??
    all.find(({ candidate }) => mode === 'int8' || candidate.core.name !== 'lut4' || type.bits < tablesBelow) ??
    all[0]
  return {
    ...kernel,
    rounds: mode === 'int8' && kernel.candidate.core.activations === 'f32',
    pack: ({ bytes, rows }, into, first) => kernel.pack(elementsOf(dtype, bytes, rows, cols), into, first),
    emit: (module) => emitLinear(module, kernel),
  }
}
