import { describe, expect, it } from 'vitest'
import { type CoreConfig, m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { FunctionalArray } from '../../../../kernels/lut-core/core/functional.js'
import { linearProgram } from '../../../../kernels/lut-core/lmma/driver.js'
import { validate } from '../../../../kernels/lut-core/lmma/validate.js'
import { random } from '../../random.js'
import { plainSums, programSums, randomActivations, randomWeight } from './linear.js'

const withSram = (config: CoreConfig, sramBytes: number): CoreConfig => ({
  ...config,
  memory: { ...config.memory, sramBytes },
})
const small: CoreConfig = { ...m2n64k4, n: 8 }
const plain = {
  ...{ reinterpretation: false, symmetrization: false, negationElimination: false, fusedPrecompute: false },
} as const

/** What each case is there for, its core, rows, cols, bits, tokens, segment. */
const cases: readonly [string, CoreConfig, number, number, number, number, number][] = [
  ['one of each', m2n64k4, 1, 1, 2, 1, 1],
  ['a whole tile', m2n64k4, 64, 64, 2, 2, 64],
  ['tails everywhere', m2n64k4, 65, 67, 2, 3, 67],
  ['1 bit', small, 17, 130, 1, 1, 130],
  ['3 bits, segments', small, 19, 96, 3, 2, 32],
  ['4 bits, the last segment short', small, 9, 100, 4, 3, 32],
  ['5 bits', small, 9, 72, 5, 1, 72],
  ['6 bits', small, 9, 72, 6, 1, 36],
  ['7 bits', small, 9, 75, 7, 1, 75],
  ['8 bits', small, 20, 64, 8, 5, 64],
  ['several slabs of rows', withSram(small, 4096), 200, 64, 2, 1, 64],
  ['slabs of segments', withSram(m2n64k4, 24_576), 70, 768, 2, 2, 64],
  ['a segment in several slabs', withSram(m2n64k4, 20_000), 130, 900, 2, 1, 900],
  ['the same with three token tiles', withSram(m2n64k4, 20_000), 70, 500, 2, 5, 500],
  ['segments in several slabs', withSram(m2n64k4, 12_000), 70, 640, 2, 2, 320],
  ['many tokens in one pass', m2n64k4, 70, 64, 2, 13, 64],
  ['many tokens in several passes', withSram(small, 2048), 20, 128, 2, 21, 128],
  ['tables beside weights', withSram(small, 1536), 20, 640, 2, 3, 640],
  ['tables beside weights, by segments', withSram(small, 1536), 20, 1280, 2, 3, 64],
  ['K 3, N 5, M 3', { ...small, m: 3, n: 5, k: 3 }, 12, 50, 2, 4, 50],
  ['K 6, segments not of whole groups', { ...small, k: 6, tableBits: 12 }, 12, 64, 2, 1, 16],
  ['no idea at all', { ...small, ideas: plain }, 12, 70, 2, 3, 70],
  ['tables built in the array', { ...small, ideas: { ...m2n64k4.ideas, fusedPrecompute: false } }, 12, 70, 2, 3, 70],
]

describe('a linear as a program', () => {
  it.each(cases)('%s', (_, config, rows, cols, bits, tokens, segment) => {
    const next = random(rows * cols + bits)
    const weight = randomWeight(next, rows, cols, bits, segment)
    const x = randomActivations(next, tokens * cols)
    const { sums, linear, validated } = programSums(new FunctionalArray(config), weight, x, tokens)
    expect(sums).toEqual(plainSums(weight, x, tokens))
    expect(validated.races).toBe(true)
    expect(linear.layout.sramBytes).toBeLessThanOrEqual(config.memory.sramBytes)
  })

  it('takes each way of cutting', () => {
    const ways = cases.map(([, config, rows, cols, bits, tokens, segment]) => {
      const { tiling } = linearProgram(config, { rows, cols, bits, tokens, segment })
      const { slab, resident, blocks, chunks } = tiling
      const cut =
        slab.rows > 1 ? 'rows' : slab.chunks < chunks ? 'part' : slab.segments < tiling.segments ? 'segments' : 'row'
      return `${cut}${resident ? '' : ' streamed'}${blocks > 1 ? ' blocks' : ''}`
    })
    expect([...new Set(ways)].sort()).toEqual([
      ...['part', 'part streamed blocks', 'row', 'row blocks', 'rows', 'segments', 'segments streamed blocks'],
    ])
  })

  it('is short for the linears of real models, and validated', () => {
    const programs = [
      [2560, 2560, 2, 1],
      [2560, 6912, 2, 1],
      [128256, 2560, 2, 1],
      [2560, 6912, 2, 512],
      [4096, 11008, 4, 128, 128],
    ].map(([rows, cols, bits, tokens, segment]) => linearProgram(m2n64k4, { rows, cols, bits, tokens, segment }))
    for (const { program, layout } of programs) {
      expect(program.length).toBeLessThan(500)
      const sizes = { dram: layout.dramBytes, sram: layout.sramBytes }
      expect(validate(program, m2n64k4, sizes)).toEqual({ races: true })
      // The sizes are not larger than they need to be.
      expect(() => validate(program, m2n64k4, { ...sizes, dram: sizes.dram - 4 })).toThrow('Expected DRAM below')
      expect(() => validate(program, m2n64k4, { ...sizes, sram: sizes.sram - 4 })).toThrow('Expected SRAM below')
    }
  })
})
