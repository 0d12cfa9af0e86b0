import { describe, expect, it } from 'vitest'
import { bytesAtBits, bytesOf } from '../../../../sdk/quantize/allocate/budget.js'

describe('budgets', () => {
  it.each([
    ['1.5GB', 1.5e9],
    ['1.5 gb', 1.5e9],
    ['900MiB', 900 * 2 ** 20],
    ['2g', 2e9],
    ['.5GiB', 2 ** 29],
    ['250000', 250_000],
    ['12kB', 12_000],
  ])('%s', (text, bytes) => expect(bytesOf(text)).toBe(bytes))

  it.each(['', 'GB', '-1GB', '1.5XB', '0', '1e9', '1,5GB', '99999999TB', '1 2GB'])('"%s" is none', (text) => {
    expect(() => bytesOf(text)).toThrow(/size like 1\.5GB/)
  })

  it('of bits', () => {
    expect(bytesAtBits(4.5, 32)).toBe(18)
    for (const bits of [0, -1, Number.NaN, 33]) expect(() => bytesAtBits(bits, 32)).toThrow(/bits a weight/)
  })
})
