import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { F32, Q4_K, tensorBytes } from '../../../hal/dtypes/index.js'
import { systemReader } from '../../../hal/reader.js'
import { openGguf } from '../../../sdk/model/gguf.js'
import { GgufFloat, ggufHead } from '../../../sdk/model/gguf-writer.js'
import { inspectModel, open } from '../../../sdk/open.js'
import { pilotPath } from '../../../sdk/pilot/path.js'
import { sharedData } from '../model/shared-data.js'
import { splitGguf } from '../model/split-gguf.js'
import { tinyGguf } from '../model/tiny-gguf.js'

const folder = mkdtempSync(join(tmpdir(), 'lutra-inspect-'))
afterAll(() => rmSync(folder, { recursive: true }))

function onDisk(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

/** A Llama of four billion bytes that take no room on the disk: whoever read its weights would take as much memory. */
function vast(): string {
  const [dim, hidden, layers, vocab] = [4096, 11008, 32, 4096]
  const tensors = [{ name: 'token_embd.weight', dtype: Q4_K, shape: [dim, vocab] }]
  const add = (name: string, dtype: typeof F32, ...shape: number[]) => tensors.push({ name, dtype, shape })
  for (let l = 0; l < layers; l++) {
    for (const norm of ['attn_norm', 'ffn_norm']) add(`blk.${l}.${norm}.weight`, F32, dim)
    for (const name of ['attn_q', 'attn_k', 'attn_v', 'attn_output']) add(`blk.${l}.${name}.weight`, Q4_K, dim, dim)
    for (const name of ['ffn_gate', 'ffn_up']) add(`blk.${l}.${name}.weight`, Q4_K, dim, hidden)
    add(`blk.${l}.ffn_down.weight`, Q4_K, hidden, dim)
  }
  add('output_norm.weight', F32, dim)
  const metadata = new Map<string, string | number | GgufFloat | string[]>([
    ['general.architecture', 'llama'],
    ['llama.context_length', 4096],
    ['llama.embedding_length', dim],
    ['llama.block_count', layers],
    ['llama.feed_forward_length', hidden],
    ['llama.attention.head_count', 32],
    ['llama.attention.layer_norm_rms_epsilon', new GgufFloat(1e-5)],
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', ['<unk>', 'a']],
  ])
  const placed = tensors.map((tensor) => ({
    ...tensor,
    length: tensorBytes(
      tensor.dtype,
      tensor.shape.reduce((a, b) => a * b),
    ),
  }))
  const { bytes, size } = ggufHead(metadata, placed)
  const path = join(folder, 'vast.gguf')
  const file = openSync(path, 'w')
  writeSync(file, bytes)
  ftruncateSync(file, size)
  closeSync(file)
  return path
}

describe('inspectModel', () => {
  it('tells sizes, types, tokenizer, memory and plan', async () => {
    const { model, plan } = await inspectModel('pilot', { context: 128 })
    const pilot = await openGguf(pilotPath())
    expect(model).toMatchObject({
      architecture: 'bitnet',
      bytes: pilot.bytes,
      tensors: pilot.tensors.size,
      tokenizer: { kind: 'llama' },
      unreadable: 0,
      problems: [],
      memory: { context: 128, fits: true },
    })
    expect(model.types.I2_S.bytes).toBeGreaterThan(model.types.I2_S.weights / 4)
    expect(model.metadata['tokenizer.ggml.tokens']).toMatchObject({ length: model.vocab, first: expect.any(Array) })
    expect(() => JSON.stringify(model)).not.toThrow()
    expect(plan?.ops.every(({ why }) => why.length > 0)).toBe(true)
    const more = await inspectModel('pilot', { context: 512 })
    expect(more.model.memory?.state).toBe(4 * (model.memory?.state ?? 0))
  })

  it('reads no weights, and opening refuses them on a small board before it allocates', async () => {
    const path = vast()
    const before = process.memoryUsage.rss()
    const { model } = await inspectModel(path)
    expect(model.bytes).toBeGreaterThan(3.5e9)
    expect(model.memory?.total).toBeGreaterThan(3.5e9)
    const real = systemReader()
    const reader = {
      ...real,
      os: 'linux',
      read: (name: string) =>
        name === '/proc/meminfo'
          ? new TextEncoder().encode('MemTotal: 1000000 kB\nMemAvailable: 800000 kB\n')
          : real.read(name),
    }
    await expect(open(path, { reader })).rejects.toMatchObject({
      kind: 'limit',
      message: expect.stringMatching(/GB of memory/),
    })
    expect((await inspectModel(path, { reader })).model.memory?.fits).toBe(false)
    expect(process.memoryUsage.rss() - before).toBeLessThan(300e6)
  })

  it('tells what it can of a file that cannot run', async () => {
    const bytes = tinyGguf({
      metadata: {
        'general.architecture': { type: 8, value: 'mamba' },
        'mamba.block_count': { type: 4, value: 3 },
        huge: { type: 10, value: (1n << 64n) - 1n },
        nan: { type: 6, value: Number.NaN },
        text: { type: 8, value: 'x'.repeat(10_000) },
      },
      tensors: [
        { name: 'a', shape: [32], type: 8, offset: 0 },
        { name: 'odd', shape: [32], type: 99, offset: 64 },
      ],
      data: new Uint8Array(96),
    })
    const { model, plan } = await inspectModel(onDisk('odd.gguf', bytes))
    expect(plan).toBeUndefined()
    expect(model).toMatchObject({ architecture: 'mamba', layers: 3, tensors: 2, unreadable: 1, parameters: 32 })
    expect(model.problems.map(({ kind }) => kind)).toContain('unsupported')
    expect(JSON.parse(JSON.stringify(model.metadata))).toMatchObject({ huge: '18446744073709551615', nan: 'NaN' })
    expect(String(model.metadata.text).length).toBeLessThan(300)
  })

  it('takes a split model as one', async () => {
    const pilot = await openGguf(pilotPath())
    const { model } = await inspectModel(splitGguf(pilot, 3, folder))
    expect(model.parts).toHaveLength(3)
    expect(model.tensors).toBe(pilot.tensors.size)
    expect(model.problems).toEqual([])
  })

  it('reads a file of a vocabulary alone', async (context) => {
    if (!sharedData.there) return context.skip(sharedData.reason)
    const { model } = await inspectModel(sharedData.path('vocab', 'ggml-vocab-starcoder.gguf'))
    expect(model.tokenizer).toMatchObject({ kind: 'gpt2', tokens: 49152 })
    expect(model).toMatchObject({ tensors: 0, parameters: 0, bitsPerWeight: undefined, memory: undefined })
  })
})
