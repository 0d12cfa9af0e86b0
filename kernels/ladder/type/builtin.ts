/**
 * hal's formats as tTypes: floats decode by arithmetic; whole numbers are their lowest value plus the code, or, where few
 * values occur, the code's entry in their alphabet.
 * takes  a DType · gives  its TType, undefined for one that is neither
 * before hal/dtypes, ./build · after ./registry
 */
import type { DType, Uniform } from '../../../hal/dtype.js'
import { asReal, bfloat16, code, iadd, imul, minifloat, table, toReal, unsigned } from './build.js'
import type { Real } from './expression.js'
import type { TType } from './ttype.js'

/** The value of a float format's bits. */
const floats: Readonly<Record<string, Real>> = {
  F32: asReal(code),
  F16: minifloat({ exponent: 5, fraction: 10, special: 'ieee' }),
  BF16: bfloat16(),
}

export function builtin({ name, bits, uniform }: DType): TType | undefined {
  const storage = { kind: 'hal', dtype: name } as const
  if (uniform) {
    const { segment, minimum } = uniform
    const shared = { group: segment, scaled: true, shifted: minimum !== undefined }
    return { name, ...numbers(uniform), lanes: 1, ...shared, storage }
  }
  const float = floats[name]
  return float && { name, bits, lanes: 1, decode: [float], scaled: false, shifted: false, storage }
}

function numbers({ bits, lowest, alphabet }: Uniform): Pick<TType, 'bits' | 'decode'> {
  if (!alphabet) return { bits, decode: [unsigned(lowest)] }
  const step = alphabet[1] - alphabet[0]
  const even = alphabet.every((value, i) => value === alphabet[0] + i * step)
  return {
    bits: Math.ceil(Math.log2(alphabet.length)),
    decode: [even ? toReal(iadd(imul(code, step), alphabet[0])) : table(alphabet)],
  }
}
