import { expect, it } from 'vitest'
import { boards } from '../../boards/index.js'
import { type Board, bytesPerToken, ceilingsOf, opShapes, referenceModels } from '../../hal/index.js'
import { sliceWeights } from '../../kernels/graph/slice.js'
import { buildGraph } from '../../sdk/model/arch/index.js'
import { openModelFile } from '../../sdk/model/open-model-file.js'
import { pilotPath } from '../../sdk/pilot/path.js'

const board = (name: string) => boards.find((each) => each.name === name)!
const model = (name: string) => referenceModels.find((each) => each.name === name)!
const of = (name: string, modelName: string) => ceilingsOf(board(name)).find((each) => each.model === modelName)!

it('the pilot is counted as its file has it', async () => {
  const file = await openModelFile(pilotPath())
  const graph = buildGraph(file, { context: 512 })
  const shapes = opShapes(graph, sliceWeights(graph, file.tensors))
  expect(model('pilot').bytesPerToken).toBe(bytesPerToken(shapes))
})

it('the published models have the parameters that their makers say', () => {
  const parameters = (name: string) =>
    model(name)
      .shapes.filter(({ op }) => op !== 'embed') // tied to the head
      .reduce((sum, { cols = 0, rows = 0, count }) => sum + cols * rows * count, 0)
  expect(parameters('bitnet-2b4t-i2_s')).toBe(2_412_820_480) // 2.41 G
  expect(parameters('llama-1b-q4_0')).toBe(1_235_814_400) // 1.24 G
  const head = 128256 * 2560 * 2
  const ternary = 2_084_044_800
  const small = model('bitnet-2b4t-i2_s').bytesPerToken - head - ternary / 4
  expect(small).toBeGreaterThan(0)
  expect(small).toBeLessThan(2e6) // norms in F32, a scale per tensor, a row of the embedding
  // TQ2_0 has a half as scale per 256 weights, I2_S 32 bytes per tensor (7 in each of 30 layers).
  expect(model('bitnet-2b4t-tq2_0').bytesPerToken - model('bitnet-2b4t-i2_s').bytesPerToken).toBe(
    (ternary / 256) * 2 - 7 * 30 * 32,
  )
})

it('is the peak of the bus over bytes per token, marked as computed', () => {
  const { bytesPerToken } = model('llama-1b-q4_0')
  expect(of('raspberry-pi-5', 'llama-1b-q4_0')).toEqual({
    model: 'llama-1b-q4_0',
    computed: true,
    formula: 'memory bus peak (bytes/s) / weight bytes read per token',
    bytesPerToken,
    tokensPerSecond: 17.1e9 / bytesPerToken,
    byMemcpy: 5.3e9 / bytesPerToken,
    fitsCaches: false,
  })
})

it('says what is not known, and where caches make DRAM no bound', () => {
  expect(of('generic', 'pilot')).toMatchObject({
    tokensPerSecond: 'not known',
    byMemcpy: 'not known',
    fitsCaches: 'not known',
  })
  expect(of('beagley-ai', 'pilot').byMemcpy).toBe('not known')
  // 1 MB of L2 is some 40 KB more than it reads for a token.
  expect(of('raspberry-pi-4b', 'pilot').fitsCaches).toBe(true)
  expect(of('raspberry-pi-5', 'pilot').fitsCaches).toBe(true)
  expect(of('radxa-dragon-q6a', 'pilot').fitsCaches).toBe('not known')
  expect(of('radxa-dragon-q6a', 'llama-1b-q4_0').fitsCaches).toBe(false)
  // Known caches may suffice where others are not known.
  expect(of('apple-m1', 'pilot').fitsCaches).toBe(true)
  const empty: Board = { ...board('raspberry-pi-5') }
  expect(ceilingsOf(empty, [{ ...model('pilot'), bytesPerToken: 0 }])[0].tokensPerSecond).toBe('not known')
})

it('no measured figure of the docs is above the bound that is computed for it', () => {
  // BitNet-3B of T-MAC's tables has more weights than the 2B model: its rates must lie below the smaller one's ceiling.
  for (const each of boards)
    for (const { what, value } of each.figures)
      if (/^BitNet-3B/.test(what) && typeof value === 'number')
        expect(value).toBeLessThan(of(each.name, 'bitnet-2b4t-i2_s').tokensPerSecond as number)
})
