import { afterAll, describe, expect, it } from 'vitest'
import { writeGguf } from '../../../sdk/model/gguf-writer.js'
import { openModelFile } from '../../../sdk/model/open-model-file.js'
import { distance } from '../../kernels/conformance.js'
import { decoded } from '../../kernels/naive.js'
import { folder, removeFolders, safetensors } from './hub-folder.js'
import { hubModel, kinds } from './hub-models.js'
import { closeEngine, logitsOf } from './same-logits.js'

afterAll(removeFolders)
afterAll(closeEngine)

const ids = [1, 7, 39, 3, 3, 20, 11, 0]

describe.each(kinds.map((kind, i) => ({ ...kind, seed: i + 1 })))('$name ($seed)', (kind) => {
  const model = hubModel(kind, kind.seed)

  it('gives the tensors, keys and logits of its GGUF', async () => {
    const here = await openModelFile(
      folder({ 'config.json': model.config, 'model.safetensors': safetensors(model.parts) }),
    )
    const path = folder({ 'model.gguf': writeGguf(model.metadata, model.tensors) })
    const there = await openModelFile(`${path}/model.gguf`)
    expect([...here.tensors.keys()].sort()).toEqual([...there.tensors.keys()].sort())
    for (const tensor of there.tensors.values()) {
      const mine = here.tensors.get(tensor.name)!
      expect([tensor.name, mine.shape]).toEqual([tensor.name, tensor.shape])
      // q and k of a Llama have their rows in another order, which the logits see.
      if (kind.pairs && /attn_[qk]/.test(tensor.name)) continue
      const [a, b] = [decoded(mine), decoded(tensor)]
      if (tensor.name.startsWith('rope_')) a.forEach((x, i) => void expect(x).toBeCloseTo(b[i], 6))
      else expect([tensor.name, a]).toEqual([tensor.name, b])
    }
    for (const [key, value] of there.metadata)
      if (typeof value === 'number') expect([key, here.metadata.get(key)]).toEqual([key, expect.closeTo(value, 6)])
      else expect([key, here.metadata.get(key)]).toEqual([key, value])
    const [a, b] = [await logitsOf(here, ids), await logitsOf(there, ids)]
    expect(distance(a, b)).toBeLessThan(2e-6)
    expect(Math.max(...b.map(Math.abs))).toBeGreaterThan(0.5)
  })
})
