/**
 * Which tType a number format is: hal's own, and those that users define.
 * takes  a DType · gives  its TType, and back
 * before ./builtin · after ./elements, ./define, engines
 */
import type { DType } from '../../../hal/dtype.js'
import { builtin } from './builtin.js'
import type { TType } from './ttype.js'

const types = new WeakMap<DType, TType | null>()

/** Undefined for lists of indices, and for formats that nobody described. */
export function ttypeOf(dtype: DType): TType | undefined {
  const known = types.get(dtype)
  if (known !== undefined) return known ?? undefined
  const type = builtin(dtype)
  types.set(dtype, type ?? null)
  return type
}

/** From now on this format is that type. */
export function register(dtype: DType, type: TType): void {
  types.set(dtype, type)
}
