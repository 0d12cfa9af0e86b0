import { describe, expect, it } from 'vitest'
import { F32 } from '../../../../hal/dtypes/index.js'
import { rounded } from '../../../../sdk/quantize/allocate/survey.js'
import { adviceOf, lossesOf } from '../../../../sdk/quantize/report/advice.js'
import type { TensorAnalysis } from '../../../../sdk/quantize/report/analysis.js'
import { analyze } from '../../../../sdk/quantize/report/analyze.js'
import {
  distributionOf,
  measureInputs,
  measureWeights,
  percentilesOf,
} from '../../../../sdk/quantize/report/measure.js'
import { variants } from '../../model/arch/random-model.js'
import { plainAlgebra as algebra } from '../allocate/plain-algebra.js'
import { randomWeights, written } from '../transform/models.js'
import { madeTensor } from './analyses.js'

describe('statistics', () => {
  it('are what they say', () => {
    const found = distributionOf(Float32Array.of(-1, 0, 0, 1, 5))
    expect(found).toMatchObject({ least: -1, most: 5, mean: 1 })
    expect(found.deviation).toBeCloseTo(Math.sqrt((4 + 1 + 1 + 0 + 16) / 5), 12)
    expect(found.kurtosis).toBeCloseTo((16 + 1 + 1 + 256) / 5 / 4.4 ** 2, 12)
    expect(found.histogram.counts.reduce((a, b) => a + b)).toBe(5)
    expect([found.histogram.counts[0], found.histogram.counts.at(-1)]).toEqual([1, 1])
    expect(distributionOf(new Float32Array(0))).toMatchObject({ least: 0, most: 0, mean: 0, kurtosis: 0 })
    expect(distributionOf(new Float32Array(9).fill(2)).histogram.counts[0]).toBe(9)
  })

  it('of rows and columns', () => {
    const { rowRanges, rounding } = measureWeights(Float32Array.of(0, 1, 0, 3), Float32Array.of(0, 1, 1, 3), 2)
    expect(rowRanges).toMatchObject({ least: 1, most: 3 })
    expect(rounding).toMatchObject({ least: 0, most: 1, mean: 0.25 })
    expect(percentilesOf(Float64Array.from({ length: 101 }, (_, i) => 100 - i))).toEqual({
      least: 0,
      p5: 5,
      median: 50,
      p95: 95,
      most: 100,
    })
    expect(percentilesOf(new Float64Array(0))).toEqual({ least: 0, p5: 0, median: 0, p95: 0, most: 0 })
    const inputs = measureInputs(Float32Array.of(0, 4, 12, 0), { least: -2, most: 9 })
    expect(inputs).toMatchObject({
      dead: 2,
      least: -2,
      most: 9,
      strongest: [
        { column: 2, share: 0.75 },
        { column: 1, share: 0.25 },
      ],
    })
  })
})

describe('advice', () => {
  const titles = (tensors: TensorAnalysis[]) =>
    adviceOf({ name: 'm', tensors }).map(({ title, tensors: names }) => [title, ...names])
  const even = Array.from({ length: 8 }, (_, i) => madeTensor(`blk.${i}.attn_q.weight`, {}, i + 1))

  it('says nothing where nothing stands out', () => expect(titles(even)).toEqual([]))

  it('tells which tensor makes most of the loss', () => {
    const found = adviceOf({ name: 'm', tensors: [...even, madeTensor('bad', { error: 0.1 })] })
    expect(found[0]).toMatchObject({ title: 'More bits', tensors: ['bad'] })
    expect(found[0].text).toMatch(/^bad make 93 % of the loss with 11 % of the bytes/)
  })

  it('goes by divergence where all tensors have one', () => {
    const sensitive = even.map((each, i) => ({ ...each, sensitivity: i === 3 ? 1 : 0.001 }))
    expect(titles(sensitive)[0]).toEqual(['More bits', 'blk.3.attn_q.weight'])
    expect(lossesOf(sensitive).unit).toContain('KL')
    expect(lossesOf([...sensitive, even[0]]).unit).toContain('output')
  })

  it.each<[string, Partial<TensorAnalysis>]>([
    ['Fewer bits', { error: 1e-7 }],
    ['Outlier columns', { inputs: measureInputs(Float32Array.from({ length: 32 }, (_, i) => (i === 7 ? 1e4 : 1))) }],
    [
      'A format with minima',
      { weights: distributionOf(Float32Array.from({ length: 99 }, (_, i) => 0.5 + Math.sin(i))) },
    ],
    [
      'Heavy tails',
      { weights: distributionOf(Float32Array.from({ length: 500 }, (_, i) => (i === 0 ? 90 : Math.sin(i)))) },
    ],
    ['Rows of different ranges', { type: 'I2_S', rowRanges: { least: 1, p5: 1, median: 1, p95: 2, most: 20 } }],
    ['Columns that calibration never drives', { inputs: measureInputs(Float32Array.of(0, 1, 1, 1)) }],
    ['Fallbacks', { fallback: 'H could not be factored' }],
  ])('%s', (title, change) => {
    expect(titles([...even, madeTensor('one', change)])).toContainEqual([title, 'one'])
    expect(titles([...even, madeTensor('one')])).toEqual([])
  })
})

describe('an analysis', () => {
  it('of a model and what it became', async () => {
    const model = randomWeights(variants.llama)
    const file = await written(model)
    const name = 'blk.0.attn_q.weight'
    const [cols, rows] = model.shapes.get(name) ?? []
    const { quantized } = await rounded(await model.read(name), cols, 'Q4_0', undefined)
    const tensors = new Map(file.tensors).set(name, {
      name,
      dtype: F32,
      shape: [cols, rows],
      bytes: new Uint8Array(quantized.buffer),
    })
    const diagonal = new Float32Array(cols).fill(1)
    const found = await analyze(
      model,
      { ...file, tensors, path: 'folder/small.gguf', bytes: 9 },
      {
        algebra,
        importance: {
          diagonal: new Map([[name, diagonal]]),
          counts: new Map(),
          datasets: [],
          chunks: 1,
          chunkSize: 512,
        },
        sensitivities: new Map([[name, 0.5]]),
        facts: { kld: 0.25 },
      },
    )
    expect(found).toMatchObject({ architecture: 'llama', bytesAfter: 9, kld: 0.25 })
    expect(found.tensors).toHaveLength([...model.shapes.values()].filter(({ length }) => length === 2).length)
    const [one, others] = [
      found.tensors.find((each) => each.name === name),
      found.tensors.filter((each) => each.name !== name),
    ]
    expect(one).toMatchObject({ rows, cols, sensitivity: 0.5, inputs: { dead: 0 } })
    expect(one?.error).toBeGreaterThan(1e-4)
    for (const other of others) expect(other.error).toBe(0)
    expect(JSON.parse(JSON.stringify(found))).toEqual(found)
    tensors.delete(name)
    await expect(analyze(model, { ...file, tensors }, { algebra })).rejects.toThrow(
      /Expected blk\.0\.attn_q.*found none/,
    )
  })
})
