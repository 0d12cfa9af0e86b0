/** The formats beyond GGUF's against what their specifications publish, and each filled, decoded and taken apart. */
import { expect, it } from 'vitest'
import { dtypeByName } from '../../../../hal/dtypes/index.js'
import { elementsOf } from '../../../../kernels/ladder/type/elements.js'
import { encode } from '../../../../kernels/ladder/type/encode.js'
import { valuesOf } from '../../../../kernels/ladder/type/evaluate.js'
import * as extra from '../../../../kernels/ladder/type/extra.js'
import { ttypeOf } from '../../../../kernels/ladder/type/registry.js'
import { normal, random } from '../../random.js'

const values = (dtype: Parameters<typeof ttypeOf>[0]) => [...valuesOf(ttypeOf(dtype)!)]

it('are the formats that Ladder lists beyond GGUF', () => {
  expect(extra.extraTypes.map(({ name }) => name)).toEqual([
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((bits) => `INT${bits}`),
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((bits) => `UINT${bits}`),
    ...['TERNARY_2', 'TERNARY_1_67', 'TERNARY_1_6', 'NF4', 'FP4_E2M1', 'FP8_E4M3', 'FP8_E5M2'],
    ...['MXFP6_E2M3', 'MXFP6_E3M2', 'MXFP8_E4M3', 'MXFP8_E5M2', 'VQ2D'],
  ])
})

it('have the ranges of BitBLAS: int1 is ±1, int2 -2 … 1, int4 -8 … 7', () => {
  expect(values(extra.ints[0])).toEqual([-1, 1])
  expect(values(extra.ints[1])).toEqual([0, 1, -2, -1])
  expect(values(extra.ints[3]).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i - 8))
  expect(values(extra.uints[2])).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

// OCP Microscaling Formats (MX) v1.0, section 5.3, and OCP 8-bit Floating Point (OFP8) v1.0, table 2.
it.each([
  ['FP4_E2M1', extra.FP4_E2M1, { 1: 0.5, 2: 1, 7: 6, 15: -6 }],
  ['MXFP6_E2M3', extra.MXFP6_E2M3, { 1: 0.125, 7: 0.875, 8: 1, 31: 7.5, 63: -7.5 }],
  ['MXFP6_E3M2', extra.MXFP6_E3M2, { 1: 0.0625, 3: 0.1875, 4: 0.25, 31: 28, 63: -28 }],
  ['FP8_E4M3', extra.FP8_E4M3, { 1: 2 ** -9, 7: 0.875 * 2 ** -6, 8: 2 ** -6, 126: 448, 127: Number.NaN }],
  [
    'FP8_E5M2',
    extra.FP8_E5M2,
    { 1: 2 ** -16, 3: 0.75 * 2 ** -14, 4: 2 ** -14, 123: 57344, 124: Number.POSITIVE_INFINITY },
  ],
  ['MXFP8_E5M2', extra.MXFP8_E5M2, { 251: -57344, 125: Number.NaN }],
] as const)('%s has the published values', (_, dtype, published) => {
  const found = values(dtype)
  for (const [code, value] of Object.entries(published)) expect([code, found[Number(code)]]).toEqual([code, value])
})

it('agree with hal where both have a format: E2M1 doubled is MXFP4', () => {
  const doubled = new Set(values(extra.FP4_E2M1).map((value) => 2 * value + 0))
  const hal = ttypeOf(dtypeByName('MXFP4'))!
  expect(doubled).toEqual(new Set([...valuesOf(hal)].map((value) => value + 0)))
})

it('take the bits they say: ternary 2, 1.67 and 1.6, NF4 as bitsandbytes lays it out', () => {
  const bits = (dtype: { bits: number; block: number }, metadata: number) => dtype.bits - metadata / dtype.block
  expect(bits(extra.TERNARY_2, 16)).toBe(2)
  expect(bits(extra.TERNARY_1_67, 16)).toBeCloseTo(1.69, 2)
  expect(bits(extra.TERNARY_1_6, 16)).toBeCloseTo(1.63, 2)
  const nf4 = new Uint8Array(36)
  nf4[0] = 0xf0
  new DataView(nf4.buffer).setFloat32(32, 2, true)
  const out = new Float32Array(64)
  extra.NF4.decode(nf4, 64, 0, 64, out)
  expect([...out.subarray(0, 3)]).toEqual([2, -2, -2])
})

it.each(extra.extraTypes.map((dtype) => [dtype.name, dtype] as const))(
  '%s is filled, decoded and taken apart',
  (name, dtype) => {
    const next = random(5)
    const [rows, cols] = [3, 2 * dtype.block]
    const weights = Float32Array.from({ length: rows * cols }, () => normal(next))
    const bytes = encode(dtype, weights)
    const decoded = new Float32Array(rows * cols)
    dtype.decode(bytes, rows * cols, 0, rows * cols, decoded)
    const { type, codes, scales, minima, group } = elementsOf(dtype, bytes, rows, cols)
    const listed = valuesOf(type)
    const together = decoded.map((_, i) => {
      const [g, code] = [Math.floor(i / group), codes[Math.floor(i / type.lanes)]]
      return scales![g] * listed[code * type.lanes + (i % type.lanes)] + (minima?.[g] ?? 0)
    })
    expect(together).toEqual(decoded)
    const squares = (list: Float32Array) => list.reduce((sum, x) => sum + x * x, 0)
    const lost = squares(weights.map((w, i) => w - decoded[i])) / squares(weights)
    // About what rate-distortion leaves at that many bits, with room; ternary digits carry 1.6 bits, a pair's code two each.
    const carried = name.startsWith('TERNARY') ? 1.6 : type.bits / type.lanes
    expect(lost).toBeLessThan(Math.max(3 * 4 ** -carried, 0.004))
    expect(lost).toBeGreaterThan(0)
  },
)

it('keep what is ternary already, exactly', () => {
  const next = random(6)
  const weights = Float32Array.from({ length: 512 }, () => 0.25 * (Math.floor(3 * next()) - 1))
  for (const dtype of [extra.TERNARY_2, extra.TERNARY_1_67, extra.TERNARY_1_6]) {
    const out = new Float32Array(512)
    dtype.decode(encode(dtype, weights), 512, 0, 512, out)
    expect(out).toEqual(weights)
    expect(dtype.ternary).toBe(true)
  }
})
