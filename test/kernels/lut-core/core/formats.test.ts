/** Every code of every format of activations; what rounding a token to one costs. */
import { describe, expect, it } from 'vitest'
import { f16ToF32, f32ToF16 } from '../../../../hal/half.js'
import { activations } from '../../../../kernels/lut-core/config.js'
import { roundToken } from '../../../../kernels/lut-core/core/activations.js'
import { formats } from '../../../../kernels/lut-core/core/formats.js'
import { quantizeToken } from '../../../../kernels/ts/quantize.js'
import { normal, random } from '../../random.js'

describe('formats of activations', () => {
  it.each(['e4m3', 'e5m2'] as const)(
    '%s: all codes come back, and what lies between goes to the nearest, even',
    (name) => {
      const { encode, decode } = formats[name]
      const largest = name === 'e4m3' ? 0x7e : 0x7b
      for (let code = 0; code <= largest; code++) {
        for (const sign of [0, 0x80]) expect(encode(decode(sign | code))).toBe(sign | code)
        if (code === largest) continue
        const [low, high] = [decode(code), decode(code + 1)]
        expect(high).toBeGreaterThan(low)
        const middle = (low + high) / 2
        const even = code & 1 ? code + 1 : code
        const [below, above] = [middle - (high - low) * 2 ** -40, middle + (high - low) * 2 ** -40]
        expect([middle, below, above, -middle].map(encode)).toEqual([even, code, code + 1, 0x80 | even])
      }
    },
  )

  it('FP8 as the specification has it: largest, least, one, infinities and NaN', () => {
    const { e4m3, e5m2 } = formats
    expect([0x7e, 0x08, 0x07, 0x01, 0x38, 0xb8, 0x7f, 0xff].map(e4m3.decode)).toEqual([
      ...[448, 2 ** -6, 7 * 2 ** -9, 2 ** -9, 1, -1, Number.NaN, Number.NaN],
    ])
    expect([0x7b, 0x04, 0x03, 0x01, 0x3c, 0x7c, 0xfc, 0x7d, 0x7e, 0x7f].map(e5m2.decode)).toEqual([
      ...[57344, 2 ** -14, 3 * 2 ** -16, 2 ** -16, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      ...[Number.NaN, Number.NaN, Number.NaN],
    ])
    for (const { encode, decode } of [e4m3, e5m2]) {
      const most = decode(encode(1e9))
      expect([Number.POSITIVE_INFINITY, -1e9].map((value) => decode(encode(value)))).toEqual([most, -most])
      expect(Number.isNaN(decode(encode(Number.NaN)))).toBe(true)
      expect(Object.is(decode(encode(-0)), -0)).toBe(true)
    }
    expect([e4m3, e5m2].map(({ encode, decode }) => decode(encode(1e9)))).toEqual([448, 57344])
  })

  it('f16 is hal/half, i8 and i16 are two’s complement without the lowest code', () => {
    const { f16, i8, i16 } = formats
    for (let code = 0; code < 65536; code++) {
      if (!Object.is(f16.decode(code), f16ToF32(code))) expect.fail(`f16 ${code}`)
      if (f16.encode(f16ToF32(code)) !== f32ToF16(f16ToF32(code))) expect.fail(`f16 ${code}`)
      if (code !== 0x8000 && i16.encode(i16.decode(code)) !== code) expect.fail(`i16 ${code}`)
      if (code < 256 && code !== 0x80 && i8.encode(i8.decode(code)) !== code) expect.fail(`i8 ${code}`)
    }
    expect([0.5, 1.5, -2.5, 500, -500, Number.NaN].map((value) => i8.decode(i8.encode(value)))).toEqual([
      ...[0, 2, -2, 127, -127, 0],
    ])
    expect([i16.encode(-1e6), i16.decode(0xffff)]).toEqual([0x8001, -1])
  })
})

describe('a token', () => {
  const next = random(5)
  const token = Float32Array.from({ length: 300 }, () => normal(next) * 3)

  it('in i8 is what int8 linears of every engine make of it', () => {
    const [values, q] = [new Float32Array(300), new Int8Array(300)]
    expect(roundToken('i8', token, 0, 300, values)).toBe(quantizeToken(token, 0, q))
    expect([...values].map((value) => value + 0)).toEqual([...q])
  })

  it.each(activations)('in %s is off by half a unit in the last place at most, however large it is', (name) => {
    for (const size of [1e-3, 1, 1e4]) {
      const x = token.map((value) => value * size)
      const values = new Float32Array(x.length)
      const scale = roundToken(name, x, 0, x.length, values)
      const most = Math.max(...x.map(Math.abs))
      // Fixed point: half a step. Floating: half a unit of the fraction, or of the least subnormal. 2^-22: scales in float32.
      const relative = { i8: 0, i16: 0, e4m3: 2 ** -4, e5m2: 2 ** -3, f16: 2 ** -11 }[name]
      const absolute = { i8: 0.5 / 127, i16: 0.5 / 32767, e4m3: 2 ** -10 / 448, e5m2: 2 ** -17 / 7168, f16: 2 ** -37 }[
        name
      ]
      x.forEach((value, c) => {
        const bound = Math.max(Math.abs(value) * relative, most * absolute) + Math.abs(value) * 2 ** -22
        if (!(Math.abs(values[c] * scale - value) <= bound)) expect.fail(`${value} became ${values[c] * scale}`)
      })
      // Six columns are the most that a table sums.
      if (name !== 'i16') expect(6 * Math.max(...values.map(Math.abs))).toBeLessThan(65504)
    }
  })

  it('of nothing is nothing', () => {
    for (const name of activations) {
      const values = new Float32Array(4).fill(1)
      expect(roundToken(name, new Float32Array(4), 0, 4, values)).toBeGreaterThan(0)
      expect([...values]).toEqual([0, 0, 0, 0])
    }
  })
})
