/** Equalization, input scales, and transforms by name leave a model's function the same. */
import { afterAll, describe, expect, it } from 'vitest'
import { tsLinearAlgebra } from '../../../../kernels/ts/linear-algebra.js'
import { openModelFile } from '../../../../sdk/model/open-model-file.js'
import { type FloatWeights, floatWeights } from '../../../../sdk/quantize/source/weights.js'
import { equalize } from '../../../../sdk/quantize/transform/equalize.js'
import { transform } from '../../../../sdk/quantize/transform/index.js'
import { scaleInputs, sitesOf } from '../../../../sdk/quantize/transform/scale-inputs.js'
import { random } from '../../../kernels/random.js'
import { ids, variants } from '../../model/arch/random-model.js'
import { closeEngine } from '../../model/same-logits.js'
import { sharedData } from '../../model/shared-data.js'
import { difference, randomWeights } from './models.js'

afterAll(closeEngine)

const algebra = tsLinearAlgebra()
const close = 2e-4
const some = [...ids.subarray(0, 12)]

async function ranges(weights: FloatWeights, name: string): Promise<{ rows: number[]; cols: number[] }> {
  const values = await weights.read(name)
  const [cols, rows] = weights.shapes.get(name) as number[]
  const most = (places: number[]) => places.reduce((max, place) => Math.max(max, Math.abs(values[place])), 0)
  return {
    rows: Array.from({ length: rows }, (_, r) => most(Array.from({ length: cols }, (_, c) => r * cols + c))),
    cols: Array.from({ length: cols }, (_, c) => most(Array.from({ length: rows }, (_, r) => r * cols + c))),
  }
}

describe('equalization', () => {
  for (const [name, biases] of [
    ['llama', true],
    ['qwen2', false],
    ['qwen3', false],
    ['gemma3', false],
    ['phi3', false],
  ] as const)
    it(`leaves ${name}${biases ? ' with biases' : ''} the same, and gives both sides of a channel one range`, async () => {
      const weights = randomWeights(variants[name], biases)
      const equal = await equalize(weights)
      expect(await difference(weights, equal, some)).toBeLessThan(close)
      if (name === 'phi3') return
      const [up, down] = [await ranges(equal, 'blk.1.ffn_up.weight'), await ranges(equal, 'blk.1.ffn_down.weight')]
      up.rows.forEach((range, i) => {
        expect(Math.abs(range / down.cols[i] - 1)).toBeLessThan(1e-4)
      })
      const before = [await ranges(weights, 'blk.1.ffn_up.weight'), await ranges(weights, 'blk.1.ffn_down.weight')]
      expect(Math.abs(before[0].rows[0] / before[1].cols[0] - 1)).toBeGreaterThan(1e-3)
      const value = await ranges(equal, 'blk.1.attn_v.weight')
      const output = await ranges(equal, 'blk.1.attn_output.weight')
      const size = variants[name].headDim ?? 32
      value.rows.forEach((range, row) => {
        // Two query heads read each value head.
        const first = 2 * Math.floor(row / size) * size + (row % size)
        expect(Math.abs(range / Math.max(output.cols[first], output.cols[first + size]) - 1)).toBeLessThan(1e-4)
      })
    })

  it('leaves channels without weights alone', async () => {
    const weights = randomWeights(variants.llama)
    const read = weights.read
    const holed: FloatWeights = {
      ...weights,
      rows: undefined,
      async read(name) {
        const values = await read(name)
        if (name === 'blk.0.ffn_up.weight') values.fill(0, 0, 128)
        return values
      },
    }
    const equal = await equalize(holed)
    expect((await equal.read('blk.0.ffn_up.weight')).slice(0, 128)).toEqual(new Float32Array(128))
    expect(await difference(holed, equal, some)).toBeLessThan(close)
  })

  it.skipIf(!sharedData.there)(`of stories260K gives the same (${sharedData.reason} where skipped)`, async () => {
    const weights = floatWeights(await openModelFile(sharedData.path('tinyllamas', 'stories260K.bin')))
    expect(await difference(weights, await equalize(weights), some)).toBeLessThan(close)
  })
})

describe('scaled inputs', () => {
  for (const name of ['llama', 'qwen2', 'qwen3', 'gemma3', 'phi3'])
    it(`leave ${name} the same, whatever the scales`, async () => {
      const weights = randomWeights(variants[name])
      const sites = sitesOf(weights)
      expect(sites).toHaveLength(4 * weights.graph.layers + (variants[name].untied ? 1 : 0))
      const next = random(3)
      const scales = new Map(
        sites.map(({ name, cols, feeder, rowOf }) => {
          const each = Float32Array.from({ length: feeder?.rows ?? cols }, () => 0.25 + 2 * next())
          return [name, rowOf ? Float32Array.from(rowOf, (row) => each[row]) : each]
        }),
      )
      const scaled = scaleInputs(weights, scales)
      expect(await scaled.read('blk.0.attn_norm.weight')).not.toEqual(await weights.read('blk.0.attn_norm.weight'))
      expect(await difference(weights, scaled, some)).toBeLessThan(close)
    })

  it('refuse strange sites, lengths, values, heads that disagree, and BitNet', () => {
    const weights = randomWeights(variants.llama)
    const scale = (name: string, scales: Float32Array) => () => scaleInputs(weights, new Map([[name, scales]]))
    expect(scale('blk.0.attn_q.weight', new Float32Array(128))).toThrow(/can be scaled but found blk.0.attn_q.weight/)
    expect(scale('blk.0.ffn_norm.weight', new Float32Array(7))).toThrow(/Expected 128 scales .* but found 7/)
    expect(scale('blk.0.ffn_norm.weight', new Float32Array(128))).toThrow(/above 0 .* but scale 0 is 0/)
    const apart = Float32Array.from({ length: 128 }, (_, i) => 1 + i)
    expect(scale('blk.0.attn_output.weight', apart)).toThrow(/one scale for all heads that read value 0/)
    expect(() => sitesOf(randomWeights(variants['bitnet-b1.58']))).toThrow(/reads its input in int8/)
  })
})

describe('transforms by name', () => {
  it('follow each other, and the model stays the same', async () => {
    const weights = randomWeights(variants.llama)
    const calibration = { windows: [ids], algebra, steps: 2, sample: 16, grid: () => 'Q4_0' }
    const names = ['fold-norms', 'rotate-stream', 'rotate-heads', 'equalize', 'awq'] as const
    const changed = await transform(weights, names, { seed: 3, awq: calibration })
    for (const name of ['token_embd.weight', 'blk.2.ffn_up.weight', 'blk.2.attn_output.weight'])
      expect(await changed.read(name)).not.toEqual(await weights.read(name))
    expect(await difference(weights, changed, some)).toBeLessThan(close)
    await expect(transform(weights, ['awq'])).rejects.toThrow(/a calibration text for awq/)
    await expect(transform(weights, ['smooth' as never])).rejects.toThrow(/among fold-norms, .* found "smooth"/)
  })
})
