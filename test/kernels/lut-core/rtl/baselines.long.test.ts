/** A million multiply-adds of each baseline. */
import { describe, expect, it } from 'vitest'
import { simulatorVersion } from '../../../../kernels/lut-core/rtl/build.js'
import { addBench, differing, floatBench, macBench } from './baselines.js'
import { random } from './vectors.js'

const installed = (await simulatorVersion('verilator')) !== undefined

describe.skipIf(!installed)('baselines as Verilog, a million multiply-adds', () => {
  it.each([
    { M: 1, N: 1, K: 16, SUM_BIT: 32, ACC: 1, MULTIPLIER: 0 },
    { M: 1, N: 1, K: 16, SUM_BIT: 20, ACC: 0, MULTIPLIER: 1 },
  ])('multipliers %o', async (parameters) => {
    expect(await differing(macBench(parameters, 65_536, random(5)), 'verilator')).toBe(0)
  })
  it.each([1, 2, 4, 8])('adders, weights of %i bits', async (B_BIT) => {
    expect(await differing(addBench({ K: 4, B_BIT }, 250_000, B_BIT > 1, random(6)), 'verilator')).toBe(0)
  })
  it('halves, summed in float32', async () => {
    expect(await differing(floatBench(250_000, random(8)), 'verilator')).toBe(0)
  })
})
