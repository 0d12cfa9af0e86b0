import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openGguf } from '../../../sdk/model/gguf.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import { sharedData } from '../model/shared-data.js'

describe.skipIf(!sharedData.there)(`tokenizers of real models (${sharedData.reason} where skipped)`, () => {
  it.each(['llama-spm', 'gpt-2', 'starcoder', 'falcon'])('%s encodes as its model does', async (name) => {
    const path = sharedData.path('vocab', `ggml-vocab-${name}.gguf`)
    const tokenizer = createTokenizer(await openGguf(path))
    const texts = readFileSync(`${path}.inp`, 'utf8').split('\n__ggml_vocab_test__\n')
    const expected = readFileSync(`${path}.out`, 'utf8')
      .split('\n')
      .slice(0, texts.length)
      .map((line) => line.trim().split(/\s+/).filter(Boolean).map(Number))
    expect(texts.length).toBeGreaterThan(30)
    texts.forEach((text, i) => {
      expect(tokenizer.encode(text, { bos: false }), JSON.stringify(text)).toEqual(expected[i])
      expect(tokenizer.decode(expected[i])).toBe(text)
    })
  })

  it('stories260K encodes as its golden says', async () => {
    const tokenizer = createTokenizer(await openGguf(sharedData.path('tinyllamas', 'stories260Ktok512.gguf')))
    const golden = JSON.parse(readFileSync(sharedData.path('tinyllamas', 'golden_stories260K.json'), 'utf8'))
    const { text, ids } = golden.encode_example
    expect(tokenizer.encode(text)).toEqual([1, ...ids])
    expect(tokenizer.encode(text, { bos: false })).toEqual(ids)
    expect(tokenizer.decode(ids)).toBe(text)
    expect(tokenizer.decode([1, ...ids])).toBe(text)
    expect(tokenizer.decode([1, ...ids], { special: true })).toBe(`<s>${text}`)
    expect(tokenizer.decode(golden.greedy_ids)).toBe(golden.greedy_text.trimStart())
    expect([...tokenizer.stops]).toEqual([2])
  })
})
