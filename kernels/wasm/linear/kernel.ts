/**
 * Which kernel computes a linear: Ladder's, else plain floats; in int8 mode over an input that is rounded first where the
 * kernel itself knows nothing of whole numbers.
 * takes  a weight's format and shape, a mode · gives  a Kernel, the same in every thread
 * before kernels/ladder, ./plain · after ../pack, ../linears
 */
import type { ActivationMode } from '../../../hal/backend.js'
import { F16 } from '../../../hal/dtypes/index.js'
import { codebookKernel, looksUp } from '../../ladder/codebook.js'
import { algorithmOf, emitLinear, type LinearKernel, linearKernels } from '../../ladder/linear.js'
import { elementsOf, notTyped } from '../../ladder/type/elements.js'
import { ttypeOf } from '../../ladder/type/registry.js'
import type { ModuleBuilder } from '../../ladder/wasm/module.js'
import { formatOf } from '../format.js'
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

type Weight = Pick<SentWeight, 'dtype' | 'type' | 'rows' | 'cols' | 'algorithm'>

/** Of this thread, by what they were made from: compiling takes as long as packing small matrices. */
const made = new Map<string, Kernel>()

export function kernelOf(weight: Weight, mode: ActivationMode, features: readonly string[]): Kernel {
  const { dtype, type, rows, cols, algorithm } = weight
  const key = [dtype, type && JSON.stringify(type), rows, cols, algorithm, mode, ...features].join(' ')
  const kernel = made.get(key) ?? make(weight, mode, features)
  made.set(key, kernel)
  return kernel
}

/**
 * Algorithms that may be chosen between, the usual one first: all of them give the same numbers, bit by bit. None is larger:
 * what a short measurement wins in cache, a whole model loses again where it reads more memory.
 */
export function rivalsOf(weight: Weight, mode: ActivationMode, features: readonly string[]): readonly string[] {
  const { codebooks } = formatOf(weight)
  if (codebooks && looksUp(codebooks)) return ['codebook']
  const found = equals(weight, mode, features)
  const size = (kernel: LinearKernel) => kernel.packedBytes(weight.rows, weight.cols)
  return found.filter((kernel) => size(kernel) <= 1.05 * size(found[0])).map(({ candidate }) => algorithmOf(candidate))
}

function make(weight: Weight, mode: ActivationMode, features: readonly string[]): Kernel {
  const dtype = formatOf(weight)
  const { cols } = weight
  if (dtype.codebooks && looksUp(dtype.codebooks)) return codebookKernel(dtype.codebooks, mode)
  const kernel = chosen(weight, mode, features)
  if (!kernel) return { ...(dtype === F16 ? halfKernel : plainKernel), rounds: mode === 'int8' }
  return {
    ...kernel,
    rounds: mode === 'int8' && kernel.candidate.core.activations === 'f32',
    pack: ({ bytes, rows }, into, first) => kernel.pack(elementsOf(dtype, bytes, rows, cols), into, first),
    emit: (module) => emitLinear(module, kernel),
  }
}

/** Whatever was asked for by name, even where its numbers are others. */
function chosen(weight: Weight, mode: ActivationMode, features: readonly string[]): LinearKernel | undefined {
  const asked = all(weight, mode, features).find(({ candidate }) => algorithmOf(candidate) === weight.algorithm)
  return asked ?? equals(weight, mode, features)[0]
}

/** In int8 mode all sums are exact. Of rounded floats tables have a step of their own. */
function equals(weight: Weight, mode: ActivationMode, features: readonly string[]): readonly LinearKernel[] {
  const found = all(weight, mode, features)
  if (mode === 'int8') return found
  const tables = found.filter(({ candidate }) => candidate.core.name === 'lut4')
  const products = found.filter((kernel) => !tables.includes(kernel))
  const few = (ttypeOf(formatOf(weight))?.bits ?? 0) < tablesBelow
  return (few && tables.length > 0) || products.length === 0 ? tables : products
}

/** Ladder's; none where the format is no tType, or F16, which has a kernel of its own. */
function all(weight: Weight, mode: ActivationMode, features: readonly string[]): readonly LinearKernel[] {
  const dtype = formatOf(weight)
  const type = ttypeOf(dtype)
  const { rows, cols } = weight
  if (!type || dtype === F16 || notTyped(dtype, cols) !== undefined) return []
  return linearKernels(type, mode, rows, cols, features)
}
