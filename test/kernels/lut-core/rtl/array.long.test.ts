/**
 * The switch matrix under verilator: 1,000,000 random products and more for each core, from random accumulators, and as
 * many again at each narrower width of weights by a tenth. Builds 21 arrays, kept in the cache folder: minutes.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { RtlArray } from '../../../../kernels/lut-core/rtl/array.js'
import { simulatorVersion } from '../../../../kernels/lut-core/rtl/build.js'
import { coreOf, matrix, styleOf } from './matrix.js'
import { compare, random } from './vectors.js'

const version = await simulatorVersion('verilator')
const products = 1_000_000

describe.skipIf(!version)('the array, verilated', () => {
  const totals = { products: 0, cycles: 0 }
  afterAll(() => console.log(`${matrix.length} cores, ${totals.products} products, ${totals.cycles} cycles`))

  it.each(matrix.map((factors) => [factors.join(' '), factors] as const))('%s', async (_, factors) => {
    const core = coreOf(factors)
    const array = await RtlArray.open(core, { ...styleOf(factors), simulator: 'verilator', timeout: 600_000 })
    try {
      const next = random(matrix.indexOf(factors) + 1)
      const widest = Math.max(...core.weightBits)
      let compared = 0
      for (const planes of core.weightBits) {
        const least = planes === widest ? products : products / 10
        const groups = Math.ceil(least / (core.m * core.n * core.k))
        const result = compare(array, groups, planes, next)
        expect(result.differing).toBe(0)
        expect(result.products).toBeGreaterThanOrEqual(least)
        compared += result.products
      }
      totals.products += compared
      totals.cycles += array.cycles
      console.log(`${factors.join(' ')}: ${compared} products, ${array.cycles} cycles`)
    } finally {
      array.close()
    }
  })
})
