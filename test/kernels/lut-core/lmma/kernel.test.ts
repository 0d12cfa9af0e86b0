import { beforeAll, describe, expect, it } from 'vitest'
import { takeApart } from '../../../../hal/take-apart.js'
import type { Tensor } from '../../../../hal/tensor.js'
import { m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { FunctionalArray } from '../../../../kernels/lut-core/core/functional.js'
import { LmmaKernel } from '../../../../kernels/lut-core/lmma/kernel.js'
import { openModelFile } from '../../../../sdk/model/open-model-file.js'
import { pilotPath } from '../../../../sdk/pilot/path.js'
import { random } from '../../random.js'
import { plainSums, randomActivations, randomWeight } from './linear.js'

describe('integer linears as programs', () => {
  it('gives exact sums for one token and two, however often and in whatever order', () => {
    const kernel = new LmmaKernel(new FunctionalArray(m2n64k4))
    const next = random(8)
    const weights = [randomWeight(next, 65, 40, 2, 40), randomWeight(next, 7, 40, 4, 20)]
    const linears = weights.map((weight) => kernel.load(weight)!)
    for (const tokens of [2, 1, 2]) {
      const x = randomActivations(next, tokens * 40)
      kernel.prepare(x, tokens)
      weights.forEach((weight, i) => {
        const truth = plainSums(weight, x, tokens)
        const sums = new Int32Array(truth.length)
        linears[i].multiply(sums)
        expect(sums).toEqual(truth)
      })
    }
    expect(kernel.programs).toBe(6)
    expect(kernel.instructions).toBeGreaterThan(100)
  })

  it('leaves alone what would not be exact', () => {
    const weight = randomWeight(random(9), 4, 64, 2, 64)
    const of = (config: object) => new LmmaKernel(new FunctionalArray({ ...m2n64k4, ...config })).load(weight)
    expect(of({ tableMode: 'shift', tableBits: 8 })).toBeUndefined()
    expect(of({ activation: 'i16', tableBits: 18 })).toBeUndefined()
    expect(of({ weightBits: [1, 4] })).toBeUndefined()
    expect(of({ accumulatorBits: 15 })).toBeUndefined()
    expect(of({ accumulatorBits: 17 })).toBeDefined()
  })
})

describe('a layer of the pilot as programs', () => {
  let tensors: readonly Tensor[]
  beforeAll(async () => {
    const file = await openModelFile(pilotPath())
    tensors = [...file.tensors.values()].filter(({ name, dtype }) => name.startsWith('blk.0.') && dtype.ternary)
  })

  it('is bit-exact', () => {
    expect(tensors.length).toBeGreaterThanOrEqual(7)
    const kernel = new LmmaKernel(new FunctionalArray(m2n64k4))
    const next = random(10)
    for (const { dtype, shape, bytes } of tensors) {
      const [cols, rows] = shape
      const weight = takeApart(dtype, bytes, rows, cols)!
      const x = randomActivations(next, 2 * cols)
      kernel.prepare(x, 2)
      const truth = plainSums(weight, x, 2)
      const sums = new Int32Array(truth.length)
      kernel.load(weight)?.multiply(sums)
      expect(sums).toEqual(truth)
    }
  })
})
