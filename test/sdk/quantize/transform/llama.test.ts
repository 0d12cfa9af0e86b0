/** llama.cpp reads what transforms make: the head of norm folding, and new biases. LUTRA_LLAMA_BIN names its folder. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openModelFile } from '../../../../sdk/model/open-model-file.js'
import { writeQuantized } from '../../../../sdk/quantize/output/write.js'
import { type FloatWeights, floatWeights } from '../../../../sdk/quantize/source/weights.js'
import { correctBiases } from '../../../../sdk/quantize/transform/bias.js'
import { rotateHeads, rotateStream } from '../../../../sdk/quantize/transform/rotate.js'
import { sharedData } from '../../model/shared-data.js'

const bin = process.env.LUTRA_LLAMA_BIN
const folder = mkdtempSync(join(tmpdir(), 'lutra-llama-transform-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function perplexity(weights: FloatWeights): Promise<number> {
  const path = join(folder, 'model.gguf')
  await writeQuantized(path, weights, new Map(), new Map(), {})
  const args = ['-m', path, '-f', join(folder, 'text.txt'), '-c', '128', '--chunks', '4', '-t', '1']
  const told = execFileSync('sh', ['-c', 'exec "$@" 2>&1', 'sh', join(bin ?? '', 'llama-perplexity'), ...args])
  return Number(/Final estimate: PPL = ([\d.]+)/.exec(told.toString())?.[1])
}

it.skipIf(!bin || !sharedData.there)(
  'llama.cpp (needs LUTRA_LLAMA_BIN and ../shared/data) finds the same perplexity',
  async () => {
    writeFileSync(
      join(folder, 'text.txt'),
      readFileSync(sharedData.path('text', 'tinystories_197k.txt'), 'utf8').slice(0, 6000),
    )
    const weights = floatWeights(await openModelFile(sharedData.path('tinyllamas', 'stories260Ktok512.gguf')))
    const plain = await perplexity(weights)
    expect(plain).toBeGreaterThan(1)
    const rotated = await perplexity(await rotateHeads(await rotateStream(weights, 1), 2))
    expect(Math.abs(rotated / plain - 1)).toBeLessThan(1e-3)

    const matrices = [...weights.shapes].filter(
      ([name, shape]) => /^blk\.2\..*weight$/.test(name) && shape.length === 2,
    )
    expect(matrices).toHaveLength(7)
    const biased = (size: number) =>
      perplexity(
        correctBiases(weights, new Map(matrices.map(([name, shape]) => [name, new Float32Array(shape[1]).fill(size)]))),
      )
    expect(Math.abs((await biased(0)) / plain - 1)).toBeLessThan(1e-6)
    expect(Math.abs((await biased(1)) / plain - 1)).toBeGreaterThan(0.01)
  },
)
