/** Reference encoders against llama.cpp's own files: the same float weights, the same bytes. Some 48 rows of each tensor. */
import { describe, expect, it } from 'vitest'
import { openGguf } from '../../../../sdk/model/gguf.js'
import { grids } from '../../../../sdk/quantize/grid/index.js'
import { sharedData } from '../../model/shared-data.js'

const files = [
  ...['Q8_0', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q2_K', 'Q3_K_S', 'Q4_K_S', 'Q5_K_S', 'Q6_K'],
  ...['IQ4_NL', 'IQ4_XS', 'TQ1_0', 'TQ2_0'],
]

describe.skipIf(!sharedData.there)(`golden models${sharedData.there ? '' : `: ${sharedData.reason}`}`, async () => {
  const original = sharedData.there ? await openGguf(sharedData.path('golden', 'golden256-F32.gguf')) : undefined

  it.each(files)('%s', async (type) => {
    const model = await openGguf(sharedData.path('golden', `golden256-${type}.gguf`))
    const seen = new Set<string>()
    for (const [name, { dtype, bytes, shape }] of model.tensors) {
      const grid = grids.find((grid) => grid.dtype === dtype)
      if (!grid) continue
      seen.add(dtype.name)
      const source = original!.tensors.get(name)!
      const [cols, rows = 1] = shape
      const row = new Float32Array(cols)
      const size = (cols / dtype.block) * dtype.blockBytes
      const out = new Uint8Array(size)
      let wrong = 0
      for (let r = 0; r < rows; r += Math.ceil(rows / 48)) {
        source.dtype.decode(source.bytes, rows * cols, r * cols, cols, row)
        grid.encode(row, undefined, out)
        const wanted = bytes.subarray(r * size, (r + 1) * size)
        if (Buffer.compare(out, wanted) !== 0) wrong++
      }
      expect(wrong, `rows of ${name} (${dtype.name}) that differ`).toBe(0)
    }
    expect([...seen]).toContain(type.replace(/_S$/, ''))
  })
})
