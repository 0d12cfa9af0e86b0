/** A format invented in an example runs the pilot: as the ts engine says it should, and to the right action. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { wasmFeatures } from '../../hal/detect/wasm.js'
import { defineType, encodeTensor, express } from '../../kernels/ladder/index.js'
import { open } from '../../sdk/index.js'

const absent = wasmFeatures().includes('wasm-simd128') ? undefined : 'no WebAssembly SIMD here'

describe.skipIf(absent)('a format of your own', () => {
  it('runs the pilot in the example', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/examples/own-format.js'])
    expect(stdout).toContain('E2M2_SHARED, 5.25 bits a weight, on wasm')
    expect(stdout).toContain('[{"skill":"drive","metres":2}]')
  })

  it('gives the logits of the ts engine, which decodes it by its description', async () => {
    const type = defineType({
      ...{ name: 'TEST_E3M1', bits: 5, group: 32, scale: 'e8m0' },
      decode: express.minifloat({ exponent: 3, fraction: 1 }),
    })
    const logits = async (backend: string) => {
      const model = await open('pilot', {
        backend,
        weights: (tensor) =>
          tensor.shape.length === 2 && tensor.shape[0] % 32 === 0
            ? encodeTensor(tensor, type, { scale: 'max' })
            : tensor,
      })
      try {
        const state = model.program.createState()
        return await model.program.run(state, Int32Array.of(1, 5, 9, 13), 'last')
      } finally {
        await model.close()
      }
    }
    const [wasm, ts] = [await logits('wasm'), await logits('ts')]
    const size = ts.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
    for (let i = 0; i < ts.length; i++) expect(Math.abs(wasm[i] - ts[i]) / size).toBeLessThan(0.03)
  })
})
