/** Equalization and input scales leave a model's function the same; AWQ's search lowers the loss of what is rounded. */
import { afterAll, describe, expect, it } from 'vitest'
import { tsLinearAlgebra } from '../../../../kernels/ts/linear-algebra.js'
import { openModelFile } from '../../../../sdk/model/open-model-file.js'
import { gridOf } from '../../../../sdk/quantize/grid/index.js'
import { type FloatWeights, floatWeights } from '../../../../sdk/quantize/source/weights.js'
import { awq } from '../../../../sdk/quantize/transform/awq.js'
import { equalize } from '../../../../sdk/quantize/transform/equalize.js'
import { scaleInputs, sitesOf } from '../../../../sdk/quantize/transform/scale-inputs.js'
import { searchScales } from '../../../../sdk/quantize/transform/scale-search.js'
import { siteInputs } from '../../../../sdk/quantize/transform/site-inputs.js'
import { random } from '../../../kernels/random.js'
import { ids, variants } from '../../model/arch/random-model.js'
import { closeEngine } from '../../model/same-logits.js'
import { sharedData } from '../../model/shared-data.js'
import { randomProblem } from '../method/problems.js'
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

describe('AWQ', () => {
  for (const grid of ['Q4_0', 'IQ4_NL'])
    it(`finds scales that lower the loss of ${grid}, without which it gives ones`, async () => {
      const { cols, weights, hessian } = randomProblem(grid, 24, 128)
      const search = { matrices: [{ weights, grid }], cols, hessian: hessian as Float32Array }
      const { scales, exponent, losses } = await searchScales(algebra, search)
      expect(losses).toHaveLength(20)
      expect(Math.min(...losses)).toBeLessThan(0.95 * losses[0])
      expect(losses[Math.round(20 * exponent)]).toBe(Math.min(...losses))
      expect(Math.max(...scales) * Math.min(...scales)).toBeCloseTo(1, 4)

      // The loss is that of the layer so scaled, and scaled back.
      const one = await searchScales(algebra, { ...search, matrices: [{ weights: weights.slice(0, cols), grid }] })
      const { dtype } = gridOf(grid)
      const row = Float32Array.from({ length: cols }, (_, c) => weights[c] * one.scales[c])
      const bytes = new Uint8Array((cols / 32) * dtype.blockBytes)
      const importance = one.scales.map((scale, c) => (hessian as Float32Array)[c * cols + c] / scale ** 2)
      gridOf(grid).encode(row, importance, bytes)
      dtype.decode(bytes, cols, 0, cols, row)
      const error = row.map((value, c) => weights[c] - value / one.scales[c])
      let loss = 0
      for (let i = 0; i < cols; i++)
        for (let j = 0; j < cols; j++) loss += error[i] * error[j] * (hessian as Float32Array)[i * cols + j]
      expect(Math.abs(loss / Math.min(...one.losses) - 1)).toBeLessThan(1e-3)

      const nothing = await searchScales(algebra, { ...search, hessian: new Float32Array(cols * cols) })
      expect(nothing).toMatchObject({ exponent: 0, scales: new Float32Array(cols).fill(1) })
      const even = new Float32Array(cols).fill(0.7)
      expect((await searchScales(algebra, { ...search, magnitudes: even })).scales[5]).toBeCloseTo(1, 6)
    })

  it('takes dead channels, shares scales between heads, and measures on some rows of all matrices', async () => {
    const { cols, weights, hessian } = randomProblem('Q4_0', 24, 128)
    const h = hessian as Float32Array
    for (let i = 0; i < cols; i++) h[9 * cols + i] = h[i * cols + 9] = 0
    const rowOf = Int32Array.from({ length: cols }, (_, c) => c % 64)
    const matrices = [weights, weights.slice(0, 8 * cols)].map((each) => ({ weights: each, grid: 'Q4_0' }))
    const found = await searchScales(algebra, { matrices, cols, hessian: h, rowOf, sample: 16, steps: 10 })
    expect(found.losses).toHaveLength(10)
    for (const scale of found.scales) expect(scale > 0 && Number.isFinite(scale)).toBe(true)
    for (let c = 0; c < 64; c++) expect(found.scales[c]).toBe(found.scales[c + 64])
    await expect(searchScales(algebra, { matrices, cols: 48, hessian: h })).rejects.toThrow(/blocks of 32 .* 48/)
  })

  for (const name of ['llama', 'qwen3', 'gemma3', 'phi3'])
    it(`leaves the whole of ${name} the same, and lowers the loss at its sites`, async () => {
      const weights = randomWeights({ ...variants[name], layers: 1 })
      const windows = [ids.subarray(0, 30), ids.subarray(20, 41)]
      let better = 0
      const found: string[] = []
      const scaled = await awq(weights, {
        ...{ windows, algebra, steps: 4, sample: 24 },
        grid: (tensor) => (tensor.endsWith('attn_k.weight') ? undefined : 'Q4_0'),
        onSite(site, { losses }) {
          found.push(site.name)
          if (Math.min(...losses) < losses[0]) better++
        },
      })
      expect(found).toEqual(sitesOf(weights).map((site) => site.name))
      expect(better).toBeGreaterThan(0)
      expect(await difference(weights, scaled, some)).toBeLessThan(close)
    })

  it('sees what the sites read, and stops when it is told to', async () => {
    const weights = randomWeights({ ...variants.llama, layers: 1 })
    const windows = [ids.subarray(0, 3)]
    const [embedding, gain] = [await weights.read('token_embd.weight'), await weights.read('blk.0.attn_norm.weight')]
    let first: Float32Array | undefined
    await siteInputs({
      ...{ weights, windows, algebra },
      async onSite(_site, inputs) {
        first ??= inputs.slice()
      },
    })
    const row = embedding.subarray(128 * ids[1], 128 * (ids[1] + 1))
    const size = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / 128 + 1e-5)
    row.forEach((value, i) => {
      expect(first?.[128 + i]).toBeCloseTo((value / size) * gain[i], 4)
    })
    const onSite = async () => {}
    const signal = AbortSignal.abort()
    await expect(siteInputs({ weights, windows, algebra, signal, onSite })).rejects.toMatchObject({ kind: 'cancelled' })
    await expect(siteInputs({ weights, windows: [], algebra, onSite })).rejects.toThrow(/has no token/)
  })
})
