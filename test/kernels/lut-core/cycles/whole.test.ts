import { expect, it } from 'vitest'
import { m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { timeLinear } from '../../../../kernels/lut-core/cycles/linear.js'
import { knownModels } from '../../../../kernels/lut-core/cycles/models.js'
import { timeModel } from '../../../../kernels/lut-core/cycles/whole.js'

const bitnet = knownModels.find(({ name }) => name === 'bitnet-2b4t')!.linears

it('a model takes as long as its linears, each as often as it is there', () => {
  const [a, b] = [
    { rows: 128, cols: 256, bits: 2, count: 3 },
    { rows: 64, cols: 512, bits: 4, count: 1 },
  ]
  const timing = timeModel(m2n64k4, [a, b], 5)
  const [one, two] = [a, b].map((linear) => timeLinear(m2n64k4, { ...linear, tokens: 5 }))
  expect(timing.cycles).toBe(3 * one.cycles + two.cycles)
  expect(timing.seconds).toBeCloseTo(timing.cycles / 1e9, 15)
  expect(timing.tokensPerSecond).toBeCloseTo(5 / timing.seconds, 6)
  expect(timing.bytesPerToken).toBe((3 * one.bytes.dram + two.bytes.dram) / 5)
  expect(timing.busy.array).toBe(3 * one.busy.array + two.busy.array)
  expect(() => timeModel(m2n64k4, [], 1)).toThrow(/found none/)
})

it('BitNet b1.58 2B4T: its linears hold what its paper says; decoding reads each weight once and waits for the DRAM', () => {
  const weights = bitnet.reduce((sum, { rows, cols, count }) => sum + rows * cols * count, 0)
  expect(weights).toBe(30 * (2 * 2560 * 2560 + 2 * 640 * 2560 + 3 * 6912 * 2560)) // 2.08 billion
  const one = timeModel(m2n64k4, bitnet, 1)
  expect(one.bound).toBe('dma')
  expect(one.bytesPerToken).toBeGreaterThan(weights / 4)
  // Beside 2 bits a weight: tables of 16 bytes for 4 activations, sums of 4 bytes, for each of M tokens.
  expect(one.bytesPerToken).toBeLessThan(1.05 * (weights / 4))
  expect(one.tokensPerSecond).toBeLessThan(17e9 / one.bytesPerToken)
  expect(one.tokensPerSecond).toBeGreaterThan(0.95 * (17e9 / one.bytesPerToken))
  const prompt = timeModel(m2n64k4, bitnet, 16)
  expect(prompt.bound).toBe('array')
  // Two tokens a pass, two planes a pass: no more than M x N x K / bits weights a cycle.
  expect(prompt.tokensPerSecond).toBeLessThan((2 * 64 * 4 * 1e9) / 2 / weights)
})
