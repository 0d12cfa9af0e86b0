/** An allocation on a real model: measured, chosen, and held against one format of the same size. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openModelFile } from '../../../../sdk/model/open-model-file.js'
import { allocate } from '../../../../sdk/quantize/allocate/choose.js'
import { divergences, grouped, meanDivergence, weighed } from '../../../../sdk/quantize/allocate/divergence.js'
import { rounded, survey } from '../../../../sdk/quantize/allocate/survey.js'
import { forward } from '../../../../sdk/quantize/calibrate/forward.js'
import { floatWeights } from '../../../../sdk/quantize/source/weights.js'
import { createTokenizer } from '../../../../sdk/tokenizer/index.js'
import { sharedData } from '../../model/shared-data.js'
import { plainAlgebra as algebra } from './plain-algebra.js'

describe.skipIf(!sharedData.there)(`a real model (${sharedData.reason} where skipped)`, () => {
  it('is nearer to float by an allocation than by one format of the same size', { timeout: 120_000 }, async () => {
    const file = await openModelFile(sharedData.path('tinyllamas', 'stories260Ktok512.gguf'))
    const model = floatWeights(file, 128)
    const text = readFileSync(sharedData.path('text', 'tinystories_sample_4k.txt'), 'utf8')
    const ids = createTokenizer(file).encode(text).slice(0, 384)
    const cut = [0, 128, 256].map((at) => Int32Array.from(ids.slice(at, at + 128)))
    const [calibration, scored] = [cut.slice(0, 2), cut.slice(2)]
    const surveyed = await survey({ model, algebra, windows: calibration, types: ['Q4_0', 'Q5_0', 'Q8_0'] })
    const groups = grouped(
      surveyed.map(({ name }) => name),
      'kind',
    )
    const klds = await divergences({ model, algebra, windows: calibration.slice(0, 1), groups, probe: 'Q4_0' })
    const items = weighed(surveyed, groups, klds, 'Q4_0')
    const all = (type: string) =>
      new Map(items.map(({ name, choices }) => [name, choices.find((c) => c.type === type) ?? choices[0]]))
    const plain = all('Q5_0')
    const budget = [...plain.values()].reduce((sum, { bytes }) => sum + bytes, 0)
    const found = allocate(items, budget)
    expect(found.bytes).toBeLessThanOrEqual(budget)
    const reference = await forward({ model, algebra }, scored)
    const distance = async (types: ReadonlyMap<string, { readonly type: string }>) => {
      const values = new Map<string, Float32Array>()
      for (const [name, { type }] of types) {
        const cols = model.shapes.get(name)?.[0] ?? 0
        values.set(name, (await rounded(await model.read(name), cols, type, undefined)).quantized)
      }
      const live = await forward({ model, algebra, replaced: (name) => values.get(name) }, scored)
      return meanDivergence([reference.get('logits')], [live.get('logits')], model.graph.vocab)
    }
    const [mixed, one] = [await distance(found.choices), await distance(plain)]
    expect(mixed).toBeLessThan(one)
  })
})
