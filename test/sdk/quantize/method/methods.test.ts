/** RTN and SeqMSE: losses through the Hessian on random and real layers, and inputs that are as bad as can be. */
import { describe, expect, it } from 'vitest'
import { grids } from '../../../../sdk/quantize/grid/index.js'
import { panel, quadratic } from '../../../../sdk/quantize/method/quadratic.js'
import { rtn } from '../../../../sdk/quantize/method/rtn.js'
import { seqMse } from '../../../../sdk/quantize/method/seq-mse.js'
import { normal, random } from '../../../kernels/random.js'
import { sharedData } from '../../model/shared-data.js'
import { lossesOf, problemOf, randomProblem, realProblem, total } from './problems.js'

const kinds = ['reference', 'min-max', 'mse'] as const
/** One of each family. */
const names = ['Q4_0', 'Q8_0', 'Q4_1', 'Q2_K', 'Q3_K', 'IQ4_NL', 'MXFP4', 'TQ2_0', 'LZ2_32']

describe('sums with H', () => {
  it('are the plain ones', () => {
    const [n, width, count] = [70, 24, 5]
    const next = random(1)
    const [e, h] = [count * n, n * n].map((length) => Float32Array.from({ length }, () => normal(next)))
    const out = new Float32Array(count * width)
    panel(e, count, h, n, 32, width, out)
    for (let r = 0; r < count; r++)
      for (let j = 0; j < width; j++) {
        let dot = 0
        for (let c = 0; c < n; c++) dot += e[r * n + c] * h[c * n + 32 + j]
        expect(out[r * width + j]).toBeCloseTo(dot, 4)
      }
    const pull = e.slice(0, n)
    let sum = 0
    for (let i = 10; i < 40; i++) for (let j = 10; j < 40; j++) sum += e[i] * e[j] * h[i * n + j]
    for (let i = 10; i < 40; i++) sum += 2 * e[i] * pull[i]
    expect(quadratic(e, h, n, 10, 40, pull)).toBeCloseTo(sum, 3)
  })
})

describe.each(names)('%s', (grid) => {
  const { block } = grids.find(({ dtype }) => dtype.name === grid)!
  // Whole blocks of any format, and a segment's neighbours.
  const cols = block === 256 ? 256 : 2 * Math.max(block, 64)

  it('rounds to the nearest of scales that span each block, or that err least', () => {
    const problem = randomProblem(grid, 8, cols)
    const plain = { ...problem, hessian: Float32Array.from(problem.hessian!, (_, i) => (i % (cols + 1) ? 0 : 1)) }
    const [reference, minMax, mse] = kinds.map((kind) =>
      total(lossesOf(rtn, { ...plain, diagonal: undefined }, { kind })),
    )
    const energy = problem.weights.reduce((sum, w) => sum + w * w, 0)
    // Ternary's reference takes the largest magnitude for its scale.
    for (const loss of [reference, minMax, mse]) expect(loss).toBeLessThan((grid === 'TQ2_0' ? 0.65 : 0.25) * energy)
    expect(mse).toBeLessThan(1.02 * minMax)
  })

  it('SeqMSE loses less than the reference encoder in every row, and no more with another sweep', () => {
    const problem = randomProblem(grid, 20, cols)
    const reference = lossesOf(rtn, problem, {})
    const once = lossesOf(seqMse, problem, {})
    const twice = lossesOf(seqMse, problem, { sweeps: 2 })
    once.forEach((loss, row) => {
      expect(loss).toBeLessThan(1.0001 * reference[row])
    })
    expect(total(once)).toBeLessThan(0.97 * total(reference))
    expect(total(twice)).toBeLessThan(1.0001 * total(once))
    expect(total(lossesOf(seqMse, problem, { blocks: 'independent' }))).toBeLessThan(1.3 * total(reference))
  })

  it('takes zero rows, constant rows, dead columns, a singular H and one of zeros', () => {
    const problem = randomProblem(grid, 6, cols)
    const { weights, hessian } = problem
    weights.fill(0, 0, cols)
    weights.fill(0.37, cols, 2 * cols)
    weights.fill(-0.37, 2 * cols, 3 * cols)
    for (let i = 0; i < cols; i++) hessian![5 * cols + i] = hessian![i * cols + 5] = 0
    const one = Float32Array.from({ length: cols }, (_, i) => Math.sin(i))
    const rank1 = Float32Array.from(hessian!, (_, i) => one[Math.floor(i / cols)] * one[i % cols])
    for (const h of [hessian!, rank1, new Float32Array(cols * cols)])
      for (const [method, options] of [
        ...kinds.map((kind) => [rtn, { kind }] as const),
        [seqMse, {}] as const,
        [seqMse, { blocks: 'independent' }] as const,
      ]) {
        const found = lossesOf<object>(method, problemOf('bad', grid, weights.slice(), h), options)
        expect(found[0]).toBe(0)
        for (const loss of found) expect(Number.isFinite(loss)).toBe(true)
        // A constant is a level times a scale, up to the scale's own rounding.
        const energy = Math.abs(h.reduce((sum, value) => sum + value, 0)) * 0.37 ** 2
        for (const row of [1, 2]) expect(found[row]).toBeLessThan(0.02 * energy + 1e-4)
      }
  })
})

it('wants a Hessian, and whole blocks', () => {
  const problem = randomProblem('Q4_0', 2, 64)
  expect(() => seqMse.run({ ...problem, hessian: undefined }, 0, 2, {})).toThrow(/the Hessian of random for seq-mse/)
  expect(() => rtn.run({ ...problem, cols: 40 }, 0, 2, {})).toThrow(/whole blocks of 32 for Q4_0 but random has 40/)
})

for (const [file, tensor] of [
  ['tinyllamas/stories260K.bin', 'blk.0.attn_v.weight'],
  ['babyllama-tok105/model5000.bin', 'blk.0.attn_q.weight'],
])
  it(`SeqMSE loses less than RTN on ${file} ${tensor}`, async (context) => {
    if (!sharedData.there) return context.skip(sharedData.reason)
    for (const grid of ['Q4_0', 'IQ4_NL']) {
      const problem = await realProblem(file, tensor, grid)
      const [plain, weighted, seq, apart] = [
        total(lossesOf(rtn, { ...problem, diagonal: undefined }, {})),
        total(lossesOf(rtn, problem, {})),
        total(lossesOf(seqMse, problem, {})),
        total(lossesOf(seqMse, problem, { blocks: 'independent' })),
      ]
      expect(seq).toBeLessThan(0.8 * plain)
      expect(seq).toBeLessThan(0.9 * weighted)
      expect(apart).toBeLessThan(plain)
    }
  })
