/** AdaRound and clipping: losses through the Hessian on random and real layers, and inputs that are as bad as can be. */
import { describe, expect, it } from 'vitest'
import { gridOf } from '../../../../sdk/quantize/grid/index.js'
import { adaRound } from '../../../../sdk/quantize/method/adaround.js'
import { clip, clipped, isClipped } from '../../../../sdk/quantize/method/clip.js'
import { rtn } from '../../../../sdk/quantize/method/rtn.js'
import { sharedData } from '../../model/shared-data.js'
import { lossesOf, problemOf, randomProblem, realProblem, total } from './problems.js'

const quick = { iterations: 100, rate: 0.05 }

describe.each(['Q4_0', 'IQ4_NL'])('%s', (grid) => {
  it('AdaRound is never worse than the nearest levels of its scales, and far better over all rows', () => {
    const problem = randomProblem(grid, 18, 96)
    const nearest = lossesOf(adaRound, problem, { iterations: 0 })
    const learned = lossesOf(adaRound, problem, quick)
    learned.forEach((loss, row) => {
      expect(loss).toBeLessThan(1.0001 * nearest[row])
    })
    expect(total(learned)).toBeLessThan(0.7 * total(nearest))
  })

  it('AdaRound moves a weight to a neighbour of where it lies, at the scales that Grid.fit gave', () => {
    const problem = randomProblem(grid, 4, 64)
    const used = gridOf(grid)
    const { dtype, levels } = used
    adaRound.run(problem, 0, 4, quick)
    const found = new Float32Array(4 * 64)
    dtype.decode(problem.bytes, 256, 0, 256, found)
    const [scales, minima] = [new Float32Array(1), new Float32Array(1)]
    let moved = 0
    for (let at = 0; at < 256; at += 32) {
      const values = problem.weights.subarray(at, at + 32)
      used.fit(values, problem.diagonal!.subarray(at % 64, (at % 64) + 32), new Uint8Array(32), 0, scales, minima)
      values.forEach((weight, i) => {
        const places = [...levels].map((level) => Math.fround(level * scales[0]))
        const apart = places.map((value) => Math.abs(value - weight)).sort((a, b) => a - b)
        const off = Math.abs(found[at + i] - weight)
        expect(off).toBeLessThanOrEqual(apart[1] + 1e-7)
        if (off > apart[0] + 1e-7) moved++
      })
    }
    expect(moved).toBeGreaterThan(8)
  })

  it('clipping leaves small weights, cuts large ones, and lowers the loss of min-max rounding', () => {
    const problem = randomProblem(grid, 16, 128)
    const before = problem.weights.slice()
    const plain = total(lossesOf(rtn, problem, { kind: 'min-max' }))
    clip(problem, 0, 7)
    clip(problem, 7, 16)
    let cut = 0
    problem.weights.forEach((weight, i) => {
      expect(Math.abs(weight)).toBeLessThanOrEqual(Math.abs(before[i]))
      expect(weight === 0 ? 0 : Math.sign(weight)).toBe(Math.sign(before[i]))
      if (weight !== before[i]) cut++
    })
    expect(cut).toBeGreaterThan(16)
    expect(cut).toBeLessThan(before.length / 4)
    const again = { ...problem, weights: before.slice() }
    expect(total(lossesOf(clipped, again, {}))).toBeLessThan(plain)
  })

  it('takes zero rows, constant rows, dead columns, a singular H and one of zeros', () => {
    const cols = 64
    const problem = randomProblem(grid, 5, cols)
    const { weights, hessian } = problem
    weights.fill(0, 0, cols)
    weights.fill(-0.37, cols, 2 * cols)
    for (let i = 0; i < cols; i++) hessian![5 * cols + i] = hessian![i * cols + 5] = 0
    const rank1 = Float32Array.from(hessian!, (_, i) => Math.sin(Math.floor(i / cols)) * Math.sin(i % cols))
    for (const h of [hessian!, rank1, new Float32Array(cols * cols)])
      for (const [method, options] of [[adaRound, quick] as const, [clipped, {}] as const]) {
        const found = lossesOf<object>(method, problemOf('bad', grid, weights.slice(), h), options)
        expect(found[0]).toBe(0)
        for (const loss of found) expect(Number.isFinite(loss)).toBe(true)
      }
  })
})

it('both want a Hessian; queries and keys are not clipped', () => {
  const problem = { ...randomProblem('Q4_0', 2, 64), hessian: undefined }
  expect(() => adaRound.run(problem, 0, 2, {})).toThrow(/the Hessian of random for adaround/)
  expect(() => clip(problem, 0, 2)).toThrow(/the Hessian of random for clipping/)
  expect(['attn_q', 'attn_k', 'attn_v', 'ffn_up'].map((name) => isClipped(`blk.3.${name}.weight`))).toEqual([
    ...[false, false],
    ...[true, true],
  ])
})

for (const [file, rows] of [
  ['tinyllamas/stories260K.bin', 16],
  ['babyllama-tok105/model5000.bin', 8],
] as const)
  it(`AdaRound more than halves RTN's loss on rows of ${file}`, async (context) => {
    if (!sharedData.there) return context.skip(sharedData.reason)
    const whole = await realProblem(file, 'blk.0.attn_v.weight', 'Q4_0')
    const problem = { ...whole, rows, weights: whole.weights.slice(0, rows * whole.cols) }
    const plain = total(lossesOf(rtn, problem, {}))
    expect(total(lossesOf(adaRound, problem, { iterations: 300, rate: 0.03 }))).toBeLessThan(0.5 * plain)
  })
