/** Multipliers and adders, which the LUT array is compared with, compute what they should. */
import { describe, expect, it } from 'vitest'
import { simulatorVersion } from '../../../../kernels/lut-core/rtl/build.js'
import { addBench, differing, floatBench, macBench } from './baselines.js'
import { random } from './vectors.js'

const installed = (await simulatorVersion('iverilog')) !== undefined

describe.skipIf(!installed)('baselines as Verilog (apt-get install iverilog)', () => {
  it.each<Parameters<typeof macBench>[0]>([
    { M: 1, N: 2, K: 16 },
    { M: 1, N: 2, K: 4, SUM_BIT: 18, ACC: 0 },
    { M: 2, N: 1, K: 3, A_BIT: 5, B_BIT: 4, SUM_BIT: 16, HOLD: 1 },
  ])('multipliers %o', async (parameters) => {
    expect(await differing(macBench(parameters, 60, random(3)))).toBe(0)
  })

  it('a bench that expects another sum says so', async () => {
    const bench = macBench({ M: 1, N: 1, K: 2 }, 40, random(3))
    const lines = bench.lines.map((line, i) => (i === 20 ? [...line.slice(0, -1), 1234567n] : line))
    expect(await differing({ ...bench, lines })).toBe(1)
  })

  it.each([
    [{ K: 4, B_BIT: 2 }, true],
    [{ K: 4, B_BIT: 1 }, false],
    [{ K: 5, A_BIT: 6, B_BIT: 4 }, true],
  ] as const)('bit-serial adders %o, weights signed: %s', async (parameters, signed) => {
    expect(await differing(addBench(parameters, 150, signed, random(4)))).toBe(0)
  })

  it('halves, summed in float32', async () => {
    expect(await differing(floatBench(600, random(7)))).toBe(0)
  })
})
