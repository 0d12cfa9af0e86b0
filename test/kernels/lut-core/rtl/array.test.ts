/** A few cores as Verilog under iverilog, against the functional core. All of them: ./array.long.test.ts. */
import { describe, expect, it } from 'vitest'
import type { CoreConfig } from '../../../../kernels/lut-core/config.js'
import { RtlArray } from '../../../../kernels/lut-core/rtl/array.js'
import { simulatorVersion } from '../../../../kernels/lut-core/rtl/build.js'
import type { RtlStyle } from '../../../../kernels/lut-core/rtl/parameters.js'
import { compare, config, random } from './vectors.js'

const installed = (await simulatorVersion('iverilog')) !== undefined
const small = { m: 1, n: 8, weightBits: [1, 2, 4] }

const cores: readonly [string, CoreConfig, RtlStyle?][] = [
  ['all ideas', config(small)],
  ['index negated in the array, double tables', config(small, { negationElimination: false }), { double: true }],
  [
    'full tables of 0 and 1, built in the array',
    config(
      { ...small, k: 3 },
      {
        reinterpretation: false,
        symmetrization: false,
        negationElimination: false,
        fusedPrecompute: false,
      },
    ),
  ],
  ['rounded tables, wide elements', config({ ...small, m: 2, n: 4, tableMode: 'shift', tableBits: 8 }), { wide: true }],
]

describe.skipIf(!installed)('the array as Verilog', () => {
  it.each(cores)('%s: as the functional core, bit by bit', async (_, core, style) => {
    const array = await RtlArray.open(core, { ...style, simulator: 'iverilog' })
    try {
      const next = random(6)
      for (const planes of core.weightBits) {
        const { products, differing } = compare(array, 40, planes, next)
        expect(products).toBeGreaterThan(900)
        expect(differing).toBe(0)
      }
      expect(array.simulated).toBe(true)
    } finally {
      array.close()
    }
  })
})
