/** Expressions mean what they say: 32-bit whole numbers that wrap, float32 at each step, every half and small float exactly. */
import { expect, it } from 'vitest'
import { f16ToF32 } from '../../../../hal/half.js'
import * as b from '../../../../kernels/ladder/type/build.js'
import { evaluate, evaluateInt, valuesOf } from '../../../../kernels/ladder/type/evaluate.js'

it('wraps whole numbers at 32 bits and shifts by the low five bits', () => {
  const of = (e: Parameters<typeof evaluateInt>[0], code = 0) => evaluateInt(e, code)
  expect(of(b.iadd(0x7fffffff, 1))).toBe(-(2 ** 31))
  expect(of(b.isub(b.code, 1), 0)).toBe(-1)
  expect(of(b.imul(0x10001, 0x10001))).toBe(0x20001)
  expect(of(b.shl(1, 33))).toBe(2)
  expect(of(b.shr(-1, 28))).toBe(15)
  expect(of(b.shr(-1, 0))).toBe(-1)
  expect(of(b.sar(-16, 2))).toBe(-4)
  expect(of(b.code, 0xffffffff)).toBe(-1)
  expect([of(b.ilt(-1, 0)), of(b.ilt(0, -1)), of(b.ieq(b.code, 3), 3), of(b.ieq(b.code, 3), 2)]).toEqual([1, 0, 1, 0])
  expect([of(b.and(12, 10)), of(b.or(12, 10)), of(b.xor(12, 10))]).toEqual([8, 14, 6])
  expect(of(b.iselect(b.code, 7, 8), 0)).toBe(8)
})

it('rounds reals at every step', () => {
  expect(evaluate(b.add(b.add(2 ** 24, 1), 1), 0)).toBe(2 ** 24)
  expect(evaluate(b.mul(0.1, 10), 0)).toBe(1)
  expect(evaluate(b.sub(b.real(0.1), 0), 0)).toBe(Math.fround(0.1))
  expect(evaluate(b.toReal(0x1000001), 0)).toBe(2 ** 24)
  expect(evaluate(b.asReal(0x3f800000), 0)).toBe(1)
  expect(evaluate(b.select(b.code, 1, 2), 5)).toBe(1)
  expect([0, 1, 2, -1].map((code) => evaluate(b.table([5, 0.1]), code))).toEqual([5, Math.fround(0.1), 0, 0])
  expect([0, 7, 8, 15].map((code) => evaluate(b.signed(4), code))).toEqual([0, 7, -8, -1])
  expect(evaluate(b.unsigned(-8), 3)).toBe(-5)
})

it('decodes all 65536 halves, bit for bit', () => {
  const half = b.minifloat({ exponent: 5, fraction: 10, special: 'ieee' })
  const wrong = Array.from({ length: 65536 }, (_, code) => code).filter(
    (code) => !Object.is(evaluate(half, code), f16ToF32(code)),
  )
  expect(wrong).toEqual([])
})

/** The definition, in float64. */
function plain(code: number, e: number, f: number, bias: number, special?: string): number {
  const sign = (code >> (e + f)) & 1 ? -1 : 1
  const [exponent, fraction] = [(code >> f) & (2 ** e - 1), code & (2 ** f - 1)]
  if (special === 'ieee' && exponent === 2 ** e - 1) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  if (special === 'nan' && (code & (2 ** (e + f) - 1)) === 2 ** (e + f) - 1) return Number.NaN
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias - f) : (1 + fraction / 2 ** f) * 2 ** (exponent - bias))
}

it.each([
  [2, 1, 1],
  [3, 2, 3],
  [2, 3, 1],
  [4, 3, 7, 'nan'],
  [5, 2, 15, 'ieee'],
  [3, 1, 20],
  [1, 5, 0],
  [6, 5, 31],
  [7, 8, 63, 'ieee'],
] as const)('decodes every code of %i exponent and %i fraction bits, bias %i', (exponent, fraction, bias, special?) => {
  const value = b.minifloat({ exponent, fraction, bias, special })
  const codes = Array.from({ length: 2 ** (1 + exponent + fraction) }, (_, code) => code)
  const truth = (code: number) => plain(code, exponent, fraction, bias, special)
  expect(codes.filter((code) => !Object.is(evaluate(value, code), truth(code)))).toEqual([])
})

it('decodes powers of two and brain floats', () => {
  expect([0, 1, 127, 254].map((code) => evaluate(b.e8m0(), code))).toEqual([2 ** -127, 2 ** -126, 1, 2 ** 127])
  expect(evaluate(b.e8m0(), 255)).toBeNaN()
  expect(evaluate(b.bfloat16(), 0xc040)).toBe(-3)
})

it('refuses floats that a float32 cannot hold', () => {
  expect(() => b.minifloat({ exponent: 8, fraction: 7 })).toThrow(/1 to 7 exponent bits/)
  expect(() => b.minifloat({ exponent: 2, fraction: 1, bias: -130 })).toThrow(/normal range/)
})

it('lists the values of a type by code and lane, and no type of more than 16 bits', () => {
  const type = {
    ...{ name: 'pairs', bits: 2, lanes: 2, decode: [b.table([0, 1, 2, 3]), b.table([0, -1, -2, -3])] },
    ...{ scaled: false, shifted: false, storage: { kind: 'hal', dtype: 'none' } as const },
  }
  expect([...valuesOf(type)]).toEqual([0, 0, 1, -1, 2, -2, 3, -3])
  expect(valuesOf(type)).toBe(valuesOf(type))
  expect(() => valuesOf({ ...type, bits: 17 })).toThrow(/at most 16 bits/)
})
