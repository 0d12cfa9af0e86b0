/** Transformed models as files: what is written computes what the float model does, up to eight bits. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openModelFile } from '../../../../sdk/model/open-model-file.js'
import { quantize } from '../../../../sdk/quantize/quantize.js'
import { ids, randomArchitecture, variants, writeGguf } from '../../model/arch/random-model.js'
import { closeEngine, logitsOf } from '../../model/same-logits.js'

const folder = mkdtempSync(join(tmpdir(), 'lutra-transform-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterAll(closeEngine)

it('rotated weights are quantized and written, with the head that norm folding made', async () => {
  const [input, output] = [join(folder, 'float.gguf'), join(folder, 'rotated.gguf')]
  const { metadata, tensors } = randomArchitecture(variants.qwen3)
  writeFileSync(input, writeGguf(metadata, [...tensors.values()]))
  const transforms = ['rotate-stream', 'rotate-heads', 'equalize'] as const
  const report = await quantize(input, output, { type: 'q8_0', method: 'rtn', transforms, threads: 1 })
  expect(report.layers.map(({ name }) => name)).toContain('output.weight')
  const text = [...ids.subarray(0, 12)]
  const [before, after] = [
    await logitsOf(await openModelFile(input), text),
    await logitsOf(await openModelFile(output), text),
  ]
  let [apart, size] = [0, 0]
  before.forEach((value, i) => {
    apart += (value - after[i]) ** 2
    size += value ** 2
  })
  expect(Math.sqrt(apart / size)).toBeLessThan(0.03)
  await expect(
    quantize(input, output, { type: 'Q8_0', method: 'rtn', transforms: ['awq'], threads: 1 }),
  ).rejects.toThrow(/a calibration text for awq/)
})
