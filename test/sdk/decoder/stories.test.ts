import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, Program } from '../../../hal/backend.js'
import { detectDevice } from '../../../hal/detect/detect.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import { nativeBackend } from '../../../kernels/native/index.js'
import { generate, score } from '../../../sdk/decoder/index.js'
import { buildGraph } from '../../../sdk/model/arch/index.js'
import { openGguf } from '../../../sdk/model/gguf.js'
import { createSampler } from '../../../sdk/sampler/index.js'
import { createTokenizer, type Tokenizer } from '../../../sdk/tokenizer/index.js'
import { sharedData } from '../model/shared-data.js'

const engine = await nativeBackend.open(detectDevice(), { threads: 1 })
const missing = 'absent' in engine ? `needs the addon: ${engine.absent}` : sharedData.there ? '' : sharedData.reason

describe.skipIf(missing !== '')(`a real story model${missing && ` (${missing})`}`, () => {
  let program: Program
  let tokenizer: Tokenizer

  beforeAll(async () => {
    const file = await openGguf(sharedData.path('tinyllamas', 'stories260Ktok512.gguf'))
    tokenizer = createTokenizer(file)
    program = await (engine as Engine<Graph>).compile(buildGraph(file), file.tensors)
  })
  afterAll(async () => {
    await program?.close()
    await (engine as Engine<Graph>).close()
  })

  it('tells the golden story', async () => {
    const golden = JSON.parse(readFileSync(sharedData.path('tinyllamas', 'golden_stories260K.json'), 'utf8'))
    const maxTokens = Math.min(golden.greedy_ids.length, program.context) - 1
    const ids: number[] = [1]
    let text = ''
    for await (const token of generate({ program, tokenizer, ids: [1], sampler: createSampler(), maxTokens })) {
      ids.push(token.id)
      text += token.text
    }
    expect(ids).toEqual(golden.greedy_ids.slice(0, maxTokens + 1))
    expect(golden.greedy_text.startsWith(text)).toBe(true)
  })

  it('knows stories better than Shakespeare', async () => {
    const perplexityOf = async (name: string) => {
      const ids = tokenizer.encode(readFileSync(sharedData.path('text', name), 'utf8').slice(0, 12_000))
      return (await score({ program, ids, bos: tokenizer.bos, context: 128 })).perplexity
    }
    const stories = await perplexityOf('tinystories_sample_4k.txt')
    const shakespeare = await perplexityOf('tinyshakespeare_input.txt')
    console.log(`perplexity: stories ${stories.toFixed(2)}, Shakespeare ${shakespeare.toFixed(2)}`)
    // Its 512 tokens are short; a model that knew nothing would be at 512.
    expect(stories).toBeLessThan(12)
    expect(shakespeare).toBeGreaterThan(2 * stories)
  })

  it('is its own reference', async () => {
    const ids = tokenizer.encode('Once upon a time, there was a little girl named Lily. '.repeat(10))
    const result = await score({ program, reference: program, ids, context: 64, stride: 32 })
    expect(result.tokens).toBe(ids.length - 1)
    expect(result.kld).toBeCloseTo(0, 9)
    expect(result.sameTop).toBe(1)
  })
})
