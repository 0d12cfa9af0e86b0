/**
 * Better than llama-quantize --imatrix at the same bits in the same format: on a real model, with its own reference encoder
 * (byte for byte llama.cpp's, see grid/reference.test.ts) on the same calibration text as the other side.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { F32 } from '../../../hal/dtypes/index.js'
import type { Tensor } from '../../../hal/tensor.js'
import { open } from '../../../sdk/open.js'
import { type QuantizeOptions, quantize } from '../../../sdk/quantize/quantize.js'

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
const model = `${data}babyllama-tok105/model5000.bin`
const folder = mkdtempSync(join(tmpdir(), 'lutra-better-'))
const context = 128

/** Weights as they decode, so that only they differ, and not how an engine rounds activations. */
function decoded({ name, dtype, shape, bytes }: Tensor): Tensor {
  const count = shape.reduce((a, b) => a * b, 1)
  const values = new Float32Array(count)
  dtype.decode(bytes, count, 0, count, values)
  return { name, dtype: F32, shape, bytes: new Uint8Array(values.buffer) }
}

describe.skipIf(!existsSync(model))('a real model (BabyLlama; skipped where ../shared/data is not there)', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(['Q4_0', 'IQ4_NL'])(
    'loses less than half in %s',
    async (type) => {
      const calibration = readFileSync(`${data}text/tinystories_197k.txt`, 'utf8').slice(0, 30_000)
      const other = readFileSync(`${data}text/grimm_tales.txt`, 'utf8').slice(20_000, 24_000)
      const reference = await open(model, { weights: decoded, context })
      const divergence = async (method: QuantizeOptions['method']) => {
        const out = join(folder, `${type}-${method}.gguf`)
        await quantize(model, out, { type, method, calibration, context, windows: 64 })
        const small = await open(out, { weights: decoded, context })
        try {
          return (await small.score(other, { context, reference })).kld as number
        } finally {
          await small.close()
        }
      }
      const [theirs, ours] = [await divergence('imatrix'), await divergence('gptq')]
      await reference.close()
      expect(ours).toBeLessThan(0.5 * theirs)
    },
    120_000,
  )
})
