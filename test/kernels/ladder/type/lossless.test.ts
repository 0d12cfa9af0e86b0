/** What converts to what without loss, proved over all codes, or broken by the code that is shown. */
import { expect, it } from 'vitest'
import { dtypeByName, dtypes } from '../../../../hal/dtypes/index.js'
import { valuesOf } from '../../../../kernels/ladder/type/evaluate.js'
import * as extra from '../../../../kernels/ladder/type/extra.js'
import { converts, type Target } from '../../../../kernels/ladder/type/lossless.js'
import { ttypeOf } from '../../../../kernels/ladder/type/registry.js'

const hal = (name: string) => ttypeOf(dtypeByName(name))!
const of = (dtype: (typeof extra.extraTypes)[number]) => ttypeOf(dtype)!

it('is what it says: the target times a power of two, plus the offset, for every code', () => {
  const types = [...dtypes, ...extra.extraTypes]
    .flatMap((dtype) => ttypeOf(dtype) ?? [])
    .filter(({ bits }) => bits <= 16)
  let proved = 0
  for (const type of types)
    for (const target of ['i8', 'u7', 'u8', 'i16', 'bf16', 'f16', 'f32'] as const) {
      const found = converts(type, target)
      if (!found.lossless) continue
      proved++
      const back = found.to.map((number) => 2 ** found.exponent * (number + found.offset))
      const wrong = back.findIndex((value, i) => !Object.is(value + 0, valuesOf(type)[i] + 0))
      expect([type.name, target, wrong]).toEqual([type.name, target, -1])
    }
  expect(proved).toBeGreaterThan(200)
})

it.each<[string, ReturnType<typeof hal>, Target, number, number]>([
  ['INT4', of(extra.ints[3]), 'i8', 0, 0],
  ['INT8', of(extra.ints[7]), 'i8', 0, 0],
  ['UINT7', of(extra.uints[6]), 'u7', 0, 0],
  ['TERNARY_2', of(extra.TERNARY_2), 'u7', 0, -1],
  ['FP4_E2M1', of(extra.FP4_E2M1), 'i8', -1, 0],
  ['MXFP6_E2M3', of(extra.MXFP6_E2M3), 'i8', -3, 0],
  ['MXFP6_E3M2', of(extra.MXFP6_E3M2), 'i16', -4, 0],
  ['IQ4_NL', hal('IQ4_NL'), 'i8', 0, 0],
  ['Q4_0', hal('Q4_0'), of(extra.ints[3]), 0, 0],
  ['IQ1_S', hal('IQ1_S'), of(extra.ints[4]), 0, 0],
  ['FP8_E4M3', of(extra.FP8_E4M3), 'f32', 0, 0],
  ['FP8_E4M3', of(extra.FP8_E4M3), 'bf16', 0, 0],
  ['FP8_E5M2', of(extra.FP8_E5M2), 'f16', 0, 0],
  ['F16', hal('F16'), 'f16', 0, 0],
  ['BF16', hal('BF16'), 'bf16', 0, 0],
])('%s converts without loss', (_, type, target, exponent, offset) => {
  expect(converts(type, target)).toMatchObject({ lossless: true, exponent, offset })
})

it('shows the code that breaks a claim', () => {
  expect(converts(of(extra.uints[7]), 'i8')).toEqual({ lossless: false, code: 128, lane: 0, value: 128 })
  expect(converts(of(extra.FP4_E2M1), 'i8', { power: false })).toEqual({
    lossless: false,
    code: 1,
    lane: 0,
    value: 0.5,
  })
  expect(converts(of(extra.NF4), 'i8')).toMatchObject({ lossless: false })
  expect(converts(of(extra.NF4), 'f16')).toMatchObject({ lossless: false })
  expect(converts(of(extra.FP8_E4M3), 'i16')).toMatchObject({ lossless: false, code: 127 })
  expect(converts(of(extra.MXFP6_E3M2), 'i8')).toMatchObject({ lossless: false, code: 24, value: 8 })
  expect(converts(hal('F16'), 'bf16')).toMatchObject({ lossless: false })
  expect(converts(hal('BF16'), 'f16')).toMatchObject({ lossless: false })
  expect(converts(hal('F32'), 'f16')).toMatchObject({ lossless: false })
  expect(converts(of(extra.VQ2D), 'i8')).toMatchObject({ lossless: false })
  expect(converts(hal('IQ4_NL'), of(extra.ints[3]))).toMatchObject({ lossless: false })
})
