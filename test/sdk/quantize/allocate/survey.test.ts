import { afterAll, describe, expect, it } from 'vitest'
import { F32 } from '../../../../hal/dtypes/index.js'
import { logSumExp } from '../../../../sdk/decoder/softmax.js'
import { divergences, grouped, meanDivergence, weighed } from '../../../../sdk/quantize/allocate/divergence.js'
import { rounded, type Surveyed, survey } from '../../../../sdk/quantize/allocate/survey.js'
import { forward } from '../../../../sdk/quantize/calibrate/forward.js'
import { type FloatWeights, floatWeights } from '../../../../sdk/quantize/source/weights.js'
import { variants } from '../../model/arch/random-model.js'
import { closeEngine, logitsOf } from '../../model/same-logits.js'
import { randomWeights, written } from '../transform/models.js'
import { plainAlgebra as algebra } from './plain-algebra.js'

afterAll(closeEngine)

/** Small: products are computed as they are written down. */
const small = { ...variants.llama, width: 64, headDim: 16, hidden: 96 }
const windows = [Int32Array.from({ length: 10 }, (_, i) => 3 + ((i * 37) % 300)), Int32Array.from([4, 9, 200, 31])]

/** The model with one tensor rounded, as an engine would read it. */
async function replaced(model: FloatWeights, name: string, values: Float32Array): Promise<FloatWeights> {
  const file = await written(model)
  const shape = model.shapes.get(name) ?? []
  const tensors = new Map(file.tensors).set(name, { name, dtype: F32, shape, bytes: new Uint8Array(values.buffer) })
  return floatWeights({ ...file, tensors })
}

describe('a survey', () => {
  it.each(['llama', 'phi3', 'qwen2'])('goes forward as the engines do (%s)', async (name) => {
    const model = randomWeights(variants[name])
    const live = await forward({ model, algebra }, windows)
    const own = live.get('logits')
    let at = 0
    for (const window of windows) {
      const wanted = await logitsOf(await written(model), [...window])
      const rms = Math.sqrt(wanted.reduce((sum, x) => sum + x * x, 0) / wanted.length)
      wanted.forEach((value, i) => {
        expect(Math.abs(own[at + i] - value)).toBeLessThan(1e-4 * rms)
      })
      at += wanted.length
    }
    expect(at).toBe(own.length)
  })

  it('measures the mean squared change of each layer’s output', async () => {
    const model = randomWeights(small)
    const seen = new Map<string, Float32Array>()
    await forward(
      {
        model,
        algebra,
        async before(op, live) {
          if (op.op === 'linear') seen.set(op.weight, live.get(op.in).slice())
        },
      },
      windows,
    )
    const found = await survey({ model, algebra, windows, types: ['Q4_0', 'Q8_0'] })
    expect(found.map(({ name }) => name).sort()).toEqual(
      [...model.shapes]
        .filter(([, shape]) => shape.length === 2)
        .map(([name]) => name)
        .sort(),
    )
    for (const { name, rows, cols, choices } of found) {
      expect(choices.map(({ type }) => type)).toEqual(['Q4_0', 'Q8_0'])
      expect(choices.map(({ bytes }) => bytes)).toEqual([(rows * cols * 18) / 32, (rows * cols * 34) / 32])
      expect(choices[0].loss).toBeGreaterThan(50 * choices[1].loss)
      const x = seen.get(name)
      if (!x) continue // the table of embeddings
      const weights = await model.read(name)
      const diagonal = Float32Array.from({ length: cols }, (_, c) => {
        let sum = 0
        for (let at = c; at < x.length; at += cols) sum += x[at] * x[at]
        return sum / (x.length / cols)
      })
      const { quantized } = await rounded(weights, cols, 'Q4_0', diagonal)
      let [error, energy] = [0, 0]
      for (let at = 0; at < x.length; at += cols)
        for (let row = 0; row < rows; row++) {
          let [y, d] = [0, 0]
          for (let c = 0; c < cols; c++) {
            y += weights[row * cols + c] * x[at + c]
            d += (weights[row * cols + c] - quantized[row * cols + c]) * x[at + c]
          }
          error += d * d
          energy += y * y
        }
      // H is float32: some 1e-7 of its largest sums.
      expect(choices[0].loss / (error / energy)).toBeCloseTo(1, 3)
    }
  })

  it('without text is of the weights alone; what does not fit has its substitute', async () => {
    const model = randomWeights({ ...variants.llama, width: 48, headDim: 12, hidden: 64 })
    const found = await survey({ model, algebra, windows: [], types: ['Q8_0'] })
    const of = (name: string) => found.find((each) => each.name === name)?.choices[0]
    expect(of('blk.0.attn_q.weight')?.type).toBe('F16')
    expect(of('blk.0.ffn_down.weight')?.type).toBe('Q8_0')
    const weights = await model.read('blk.0.ffn_down.weight')
    const { quantized } = await rounded(weights, 64, 'Q8_0', undefined)
    const sum = (values: Float32Array) => values.reduce((total, x) => total + x * x, 0)
    expect(of('blk.0.ffn_down.weight')?.loss).toBeCloseTo(
      sum(weights.map((w, i) => w - quantized[i])) / sum(weights),
      12,
    )
  })
})

describe('a large matrix', () => {
  it('is measured on rows that are evenly spread', async () => {
    const [cols, rows] = [64, 20_000]
    let read = 0
    // Rows differ in size, not in what rounding takes of them.
    const row = (r: number) => Float32Array.from({ length: cols }, (_, c) => (1 + r / 5000) * Math.sin(r * 7 + c * c))
    const model = {
      graph: { body: [{ op: 'embed', weight: 'w', out: 'x' }], head: [] },
      shapes: new Map([['w', [cols, rows]]]),
      rows: async (_: string, from: number) => {
        read++
        return row(from)
      },
    } as unknown as FloatWeights
    const [{ choices }] = await survey({ model, algebra, windows: [], types: ['Q4_0', 'Q8_0'] })
    expect(read).toBe(8192)
    expect(choices.map(({ bytes }) => bytes)).toEqual([(rows * cols * 18) / 32, (rows * cols * 34) / 32])
    let [error, energy] = [0, 0]
    for (let r = 0; r < rows; r += 7) {
      const weights = row(r)
      const { quantized } = await rounded(weights, cols, 'Q4_0', undefined)
      for (let c = 0; c < cols; c++) {
        error += (weights[c] - quantized[c]) ** 2
        energy += weights[c] ** 2
      }
    }
    expect(choices[0].loss / (error / energy)).toBeCloseTo(1, 1)
  })
})

describe('divergence', () => {
  it('is what the engines’ logits say', async () => {
    const model = randomWeights(small)
    const group = ['blk.0.ffn_down.weight']
    const [kld] = await divergences({ model, algebra, windows, groups: [group], probe: 'Q4_0' })
    const { quantized } = await rounded(
      await model.read(group[0]),
      model.shapes.get(group[0])?.[0] ?? 0,
      'Q4_0',
      undefined,
    )
    const other = await replaced(model, group[0], quantized)
    const { vocab } = model.graph
    let [sum, count] = [0, 0]
    for (const window of windows) {
      const [p, q] = [
        await logitsOf(await written(model), [...window]),
        await logitsOf(await written(other), [...window]),
      ]
      for (let t = Math.floor(window.length / 2); t < window.length - 1; t++, count++) {
        const [a, b] = [p, q].map((logits) => logits.subarray(t * vocab, (t + 1) * vocab))
        const [la, lb] = [logSumExp(a), logSumExp(b)]
        for (let i = 0; i < vocab; i++) sum += Math.exp(a[i] - la) * (a[i] - la - b[i] + lb)
      }
    }
    expect(kld).toBeGreaterThan(1e-6)
    expect(kld / (sum / count)).toBeCloseTo(1, 2)
    expect(await meanDivergence([], [], vocab)).toBe(0)
  })

  it('weighs a survey by group', () => {
    const one = (name: string, loss: number): Surveyed => ({
      ...{ name, rows: 2, cols: 32 },
      choices: [
        { type: 'Q4_0', bytes: 36, loss },
        { type: 'Q8_0', bytes: 68, loss: loss / 200 },
      ],
    })
    const surveyed = [one('a', 0.01), one('b', 0.03), one('c', 0.02), one('alone', 0.02)]
    const found = weighed(surveyed, [['a', 'b'], ['c']], [0.4, 0.1], 'Q4_0')
    const losses = found.map(({ choices }) => choices.map(({ loss }) => loss))
    // 0.4 over 0.04 for a and b; 0.1 over 0.02 for c; their mean (10, 10, 5) for what was not measured.
    const wanted = [0.1, 0.3, 0.1, (0.02 * 25) / 3]
    losses.forEach(([q4, q8], i) => {
      expect(q4).toBeCloseTo(wanted[i], 12)
      expect(q8).toBeCloseTo(wanted[i] / 200, 12)
    })
  })

  it('groups by tensor, kind or layer', () => {
    const names = ['token_embd.weight', 'blk.0.attn_v.weight', 'blk.0.ffn_up.weight', 'blk.1.attn_v.weight']
    expect(grouped(names, 'tensor')).toHaveLength(4)
    expect(grouped(names, 'kind')).toEqual([[names[0]], [names[1], names[3]], [names[2]]])
    expect(grouped(names, 'layer')).toEqual([[names[0]], [names[1], names[2]], [names[3]]])
  })
})
