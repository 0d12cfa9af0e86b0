/** Checkpoints of llama2.c: the story model out of its .bin as out of its GGUF, and files that are damaged. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../hal/backend.js'
import type { Device } from '../../../hal/device.js'
import { LutraError } from '../../../hal/error.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import { tsBackend } from '../../../kernels/ts/index.js'
import { buildGraph } from '../../../sdk/model/arch/index.js'
import { openGguf } from '../../../sdk/model/gguf.js'
import { looksLikeLlama2c, parseLlama2cHeader } from '../../../sdk/model/llama2c/header.js'
import { openModelFile } from '../../../sdk/model/open-model-file.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import { folder, removeFolders } from './hub-folder.js'
import { closeEngine, logitsOf } from './same-logits.js'
import { sharedData } from './shared-data.js'

afterAll(removeFolders)
afterAll(closeEngine)

const missing = sharedData.there ? '' : sharedData.reason
const stories = (name: string) => sharedData.path('tinyllamas', name)
const device = { os: process.platform, arch: process.arch, cpus: 1, features: [], luts: [] } as unknown as Device

describe.skipIf(missing !== '')(`real checkpoints${missing && ` (${missing})`}`, () => {
  it('stories260K.bin: 200 tokens, the most likely each time, and the golden text', async () => {
    const file = await openModelFile(stories('stories260K.bin'))
    const golden = JSON.parse(readFileSync(stories('golden_stories260K.json'), 'utf8')) as {
      greedy_ids: number[]
      greedy_text: string
    }
    const engine = (await tsBackend.open(device, {})) as Engine<Graph>
    const program = await engine.compile(buildGraph(file), file.tensors)
    const state = program.createState()
    const ids = [golden.greedy_ids[0]]
    while (ids.length <= 200) {
      const logits = await program.run(state, Int32Array.of(ids[ids.length - 1]), 'last')
      ids.push(logits.indexOf(Math.max(...logits)))
    }
    await program.close()
    await engine.close()
    expect(ids).toEqual(golden.greedy_ids.slice(0, 201))
    // tokenizer.bin beside it has 32 000 tokens; tok512.bin fits.
    const text = createTokenizer(file).decode(ids.slice(1))
    expect(text.trim().startsWith('Once upon a time')).toBe(true)
    expect(golden.greedy_text.trim().startsWith(text.trim())).toBe(true)
  })

  it('gives the logits of the GGUF, to the bit', async () => {
    const ids = [1, 403, 407, 261]
    const [bin, gguf] = [
      await openModelFile(stories('stories260K.bin')),
      await openGguf(stories('stories260Ktok512.gguf')),
    ]
    expect(await logitsOf(bin, ids)).toEqual(await logitsOf(gguf, ids))
  })

  it('a checkpoint of version 1 knows stories too', async () => {
    const file = await openModelFile(stories('clebert_260k_checkpoint_v1.bin'))
    const tokenizer = createTokenizer(file)
    const ids = tokenizer.encode('Once upon a time, there was a little girl named Lily.')
    const logits = await logitsOf(file, [1, ...ids])
    const vocab = 512
    let nats = 0
    ids.forEach((id, t) => {
      const row = logits.subarray(t * vocab, (t + 1) * vocab)
      const most = Math.max(...row)
      nats += most + Math.log(row.reduce((sum, x) => sum + Math.exp(x - most), 0)) - row[id]
    })
    // A model with its weights in a wrong order is no better than chance: ln 512 = 6.2 a token.
    expect(nats / ids.length).toBeLessThan(1.5)
  })

  it('a vocabulary of another size is not taken; without one the model still opens', async () => {
    const small = await openModelFile(sharedData.path('babyllama-tok105', 'model5000.bin'))
    expect((small.metadata.get('tokenizer.ggml.tokens') as string[]).length).toBe(105)
    const alone = folder({})
    copyFileSync(stories('stories260K.bin'), join(alone, 'model.bin'))
    copyFileSync(stories('tokenizer.bin'), join(alone, 'tokenizer.bin'))
    const file = await openModelFile(join(alone, 'model.bin'))
    expect(file.metadata.has('tokenizer.ggml.tokens')).toBe(false)
    expect(() => createTokenizer(file)).toThrow(LutraError)
  })

  it('a byte too few or too many is no checkpoint', async () => {
    const bytes = readFileSync(stories('clebert_260k_checkpoint_v1.bin'))
    const alone = folder({})
    for (const cut of [bytes.subarray(0, bytes.length - 4), Buffer.concat([bytes, Buffer.alloc(4)])]) {
      writeFileSync(join(alone, 'model.bin'), cut)
      await expect(openModelFile(join(alone, 'model.bin'))).rejects.toMatchObject({
        kind: 'format',
        message: expect.stringContaining(`${bytes.length} bytes`),
      })
    }
  })
})

describe('headers', () => {
  /** width 8, hidden 16, 1 layer, 2 heads, 1 KV head, vocabulary 10, context 4. */
  const header = (version: 0 | 1, change: Partial<Record<number, number>> = {}) => {
    const sizes = [8, 16, 1, 2, 1, 10, 4].map((size, i) => change[i] ?? size)
    if (version === 0) return new Uint8Array(Int32Array.from(sizes).buffer)
    const bytes = new Uint8Array(256)
    new Int32Array(bytes.buffer).set([0x616b3432, 1, ...sizes])
    bytes[36] = 1
    return bytes
  }
  const weights = 4 * (80 + 3 * 8 + 64 + 32 + 32 + 64 + 3 * 128)

  it('says where everything lies, with and without a head of its own', () => {
    const tables = 4 * 2 * 4 * 2
    const zero = parseLlama2cHeader(header(0), 28 + weights + tables)
    expect(zero).toMatchObject({ version: 0, width: 8, kvHeads: 1, vocab: 10, context: 4 })
    expect(zero.tensors.map(({ name }) => name)).not.toContain('output.weight')
    const own = parseLlama2cHeader(header(0, { 5: -10 }), 28 + weights + tables + 320)
    expect(own.tensors.at(-1)).toEqual({ name: 'output.weight', shape: [8, 10], offset: 28 + weights + tables })
    expect(parseLlama2cHeader(header(1), 256 + weights).tensors[0]).toEqual({
      name: 'blk.0.attn_norm.weight',
      shape: [8],
      offset: 256,
    })
  })

  it.each([
    ['version 2 is named', 2, 'unsupported', /Q8_0/],
    ['a version of the future', 7, 'unsupported', /found 7/],
  ] as const)('%s', (_, version, kind, message) => {
    const bytes = header(1)
    new Int32Array(bytes.buffer)[1] = version
    expect(() => parseLlama2cHeader(bytes, 1000)).toThrow(
      expect.objectContaining({ kind, message: expect.stringMatching(message) }),
    )
  })

  it('sizes beyond reason are refused before anything is made of them', () => {
    for (let field = 0; field < 7; field++)
      for (const value of [0, -1, 0x7fffffff, -0x80000000])
        expect(looksLikeLlama2c(header(0, { [field]: value }), 28 + weights + 64)).toBe(false)
    expect(looksLikeLlama2c(header(0), 28 + weights + 64)).toBe(true)
  })
})
