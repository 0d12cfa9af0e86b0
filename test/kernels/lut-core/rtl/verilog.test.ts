/** The Verilog by itself: lint, what the simulators make of it, and that the long test's cores cover the switches. */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { LutraError } from '../../../../hal/error.js'
import { rtlFolder, simulatorVersion, verilogFiles } from '../../../../kernels/lut-core/rtl/build.js'
import { parameterNames, parametersOf } from '../../../../kernels/lut-core/rtl/parameters.js'
import { coreOf, factors, matrix, styleOf } from './matrix.js'
import { config } from './vectors.js'

const files = await verilogFiles()
const verilator = await simulatorVersion('verilator')

describe.skipIf(!verilator)('verilator --lint-only -Wall', () => {
  // Small arrays of each kind: a warning does not depend on how many elements there are.
  it.each(matrix.filter(([shape]) => shape !== 'M2N64K4').slice(0, 6))(
    'finds nothing in %s %s %s %s %s %s',
    (...of) => {
      const parameters = Object.entries({ ...parametersOf(coreOf(of), styleOf(of)), M: 1, N: 2 })
      const set = parameters.map(([name, value]) => `-G${name}=${value}`)
      const args = ['--lint-only', '-Wall', '--top-module', 'lut_core', ...set, ...files]
      expect(execFileSync('verilator', args, { cwd: rtlFolder(), encoding: 'utf8', stdio: 'pipe' })).toBe('')
    },
  )
})

describe('the switch matrix', () => {
  it('has any two values of different factors together', () => {
    const values = Object.values(factors)
    for (const [i, some] of values.entries())
      for (const [j, others] of values.entries())
        if (i < j)
          for (const one of some)
            for (const other of others)
              expect(
                matrix.some((core) => core[i] === one && core[j] === other),
                `${one} with ${other}`,
              ).toBe(true)
  })
})

describe('parameters of the Verilog', () => {
  it('are named as its modules name them', () => {
    expect(files).toContain('lut_core.v')
    expect(Object.keys(parametersOf(config({})))).toEqual([...parameterNames])
  })

  it('of a core with float tables: unsupported', () => {
    const float = config({ activation: 'f16', tableMode: 'float', tableBits: 16 })
    expect(() => parametersOf(float)).toThrow(LutraError)
  })
})
