/**
 * Expressions written short: each function makes one node, or the few that an idea takes.
 * gives  Int and Real (./expression) · before ./evaluate, ./builtin, ./define
 */
import { LutraError } from '../../../hal/error.js'
import type { Int, Real } from './expression.js'

/** The code itself. */
export const code: Int = { op: 'code' }
export const int = (value: number): Int => ({ op: 'int', value })
export const real = (value: number): Real => ({ op: 'real', value })

const whole = (x: Int | number): Int => (typeof x === 'number' ? int(x) : x)
const float = (x: Real | number): Real => (typeof x === 'number' ? real(x) : x)
const two =
  (op: 'iadd' | 'isub' | 'imul' | 'and' | 'or' | 'xor' | 'shl' | 'shr' | 'sar') =>
  (a: Int | number, b: Int | number): Int => ({ op, a: whole(a), b: whole(b) })

export const iadd = two('iadd')
export const isub = two('isub')
export const imul = two('imul')
export const and = two('and')
export const or = two('or')
export const xor = two('xor')
export const shl = two('shl')
export const shr = two('shr')
export const sar = two('sar')
export const ieq = (a: Int | number, b: Int | number): Int => ({ op: 'ieq', a: whole(a), b: whole(b) })
export const ilt = (a: Int | number, b: Int | number): Int => ({ op: 'ilt', a: whole(a), b: whole(b) })
export const iselect = (test: Int, yes: Int | number, no: Int | number): Int => ({
  op: 'iselect',
  if: test,
  // biome-ignore lint/suspicious/noThenProperty: plain data, never awaited; the name is the expression's.
  then: whole(yes),
  else: whole(no),
})

export const toReal = (a: Int | number): Real => ({ op: 'toReal', a: whole(a) })
export const asReal = (a: Int | number): Real => ({ op: 'asReal', a: whole(a) })
export const add = (a: Real | number, b: Real | number): Real => ({ op: 'add', a: float(a), b: float(b) })
export const sub = (a: Real | number, b: Real | number): Real => ({ op: 'sub', a: float(a), b: float(b) })
export const mul = (a: Real | number, b: Real | number): Real => ({ op: 'mul', a: float(a), b: float(b) })
export const select = (test: Int, yes: Real | number, no: Real | number): Real => ({
  op: 'select',
  if: test,
  // biome-ignore lint/suspicious/noThenProperty: plain data, never awaited; the name is the expression's.
  then: float(yes),
  else: float(no),
})
/** values[index]. */
export const table = (values: readonly number[], index: Int = code): Real => ({ op: 'table', values, index })

/** A whole number: the code, `bits` wide, plus the least value. */
export const unsigned = (lowest = 0, of: Int = code): Real => toReal(lowest === 0 ? of : iadd(of, lowest))
/** Two's complement of `bits` bits. */
export const signed = (bits: number, of: Int = code): Real => toReal(sar(shl(of, 32 - bits), 32 - bits))

/** A small float: sign (where there is one), exponent, fraction, from the highest bit down. */
export interface Minifloat {
  readonly exponent: number
  readonly fraction: number
  /** Default 2^(exponent - 1) - 1. */
  readonly bias?: number
  /** Default true. */
  readonly signed?: boolean
  /**
   * What the largest codes are: `ieee` an exponent of ones is infinity or not a number; `nan` only all ones are not a
   * number (OCP's E4M3); absent: all are finite.
   */
  readonly special?: 'ieee' | 'nan'
}

/**
 * The value of such a code, exactly, subnormals too, without ever making a subnormal float32 on the way, which processors
 * are slow at.
 */
export function minifloat(format: Minifloat, of: Int = code): Real {
  const { exponent, fraction, bias = 2 ** (exponent - 1) - 1, special } = format
  const width = exponent + fraction
  const ieee = special === 'ieee'
  const [least, most] = [1 - bias - fraction, 2 ** exponent - 1 - bias]
  const bits = exponent >= 1 && exponent <= 7 && fraction >= 0 && fraction <= 22 && Number.isInteger(width)
  if (!bits || !Number.isInteger(bias) || least < -126 || most > 127)
    throw new LutraError(
      'unsupported',
      `Expected a float of 1 to 7 exponent bits and at most 22 fraction bits within a float32's normal range but found ` +
        `${exponent} and ${fraction} with a bias of ${bias}`,
    )
  const magnitude = format.signed === false ? of : and(of, 2 ** width - 1)
  // Moved up, the exponent's ones must become a float32's where they are special; a product then takes it down again.
  const moved = ieee ? 255 - (2 ** exponent - 1) : 127 - bias
  const raised = asReal(iadd(shl(magnitude, 23 - fraction), moved << 23))
  const normal = ieee ? mul(raised, 2 ** (127 - bias - moved)) : raised
  // Below the first normal number a code counts units of the smallest.
  const finite = select(ilt(magnitude, 2 ** fraction), mul(toReal(magnitude), 2 ** least), normal)
  const value = special === 'nan' ? select(ieq(magnitude, 2 ** width - 1), asReal(0x7fc00000), finite) : finite
  if (format.signed === false) return value
  const one = asReal(or(and(shl(of, 31 - width), int(-2147483648)), 0x3f800000))
  return mul(value, one)
}

/** Eight exponent bits and nothing else (OCP's E8M0): 2^(code - 127); 255 is not a number. */
export const e8m0 = (of: Int = code): Real =>
  asReal(iselect(ieq(of, 0), 0x400000, iselect(ieq(of, 255), 0x7fc00000, shl(of, 23))))

/** The upper half of a float32 (bfloat16). */
export const bfloat16 = (of: Int = code): Real => asReal(shl(of, 16))
