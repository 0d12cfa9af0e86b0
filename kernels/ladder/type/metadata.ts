/**
 * How a group's scale or minimum is stored: by a well-known name, or any expression of a few bits.
 * before ./build · after ./place, ./define
 */
import { LutraError } from '../../../hal/error.js'
import { asReal, bfloat16, code, e8m0, minifloat } from './build.js'
import type { Real } from './expression.js'

export interface MetadataExpression {
  /** 1 … 32. */
  readonly bits: number
  readonly decode: Real
  /** A second factor, one for a block. */
  readonly times?: MetadataFormat
}

export type MetadataFormat = 'f32' | 'f16' | 'bf16' | 'e8m0' | 'e4m3' | 'e5m2' | MetadataExpression

const named: Readonly<Record<string, MetadataExpression>> = {
  f32: { bits: 32, decode: asReal(code) },
  f16: { bits: 16, decode: minifloat({ exponent: 5, fraction: 10, special: 'ieee' }) },
  bf16: { bits: 16, decode: bfloat16() },
  e8m0: { bits: 8, decode: e8m0() },
  e4m3: { bits: 8, decode: minifloat({ exponent: 4, fraction: 3, special: 'nan' }) },
  e5m2: { bits: 8, decode: minifloat({ exponent: 5, fraction: 2, special: 'ieee' }) },
}

/** LutraError unsupported for a name that is none of the above. */
export function metadataFormat(format: MetadataFormat): MetadataExpression {
  const found = typeof format === 'string' ? named[format] : format
  if (!found)
    throw new LutraError(
      'unsupported',
      `Expected a scale or minimum in ${Object.keys(named).join(', ')}, or an expression, but found "${format}"`,
    )
  if (Number.isInteger(found.bits) && found.bits >= 1 && found.bits <= 32) return found
  throw new LutraError('mismatch', `Expected a scale or minimum of 1 to 32 bits but found ${found.bits}`)
}
