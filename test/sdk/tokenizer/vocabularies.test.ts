/**
 * Ids of real vocabularies: each `X.gguf.inp` holds texts, `X.gguf.out` the ids that llama.cpp gives for them.
 * LUTRA_VOCABULARIES names more folders with such files (divided by the path separator), for example
 * llama.cpp's `models`: LUTRA_VOCABULARIES=~/llama.cpp/models npx vitest run test/sdk/tokenizer/vocabularies.test.ts
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openGguf } from '../../../sdk/model/gguf.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import { sharedData } from '../model/shared-data.js'

const folders = [
  ...(sharedData.there ? [sharedData.path('vocab')] : []),
  ...(process.env.LUTRA_VOCABULARIES ?? '').split(delimiter).filter(Boolean),
]
const vocabularies = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.gguf') && existsSync(join(folder, `${name}.inp`)))
    .map((name) => join(folder, name)),
)

describe('vocabularies', () => {
  it('are at hand', (context) => {
    if (vocabularies.length === 0) context.skip(`${sharedData.reason}; LUTRA_VOCABULARIES names none`)
  })

  it.each(vocabularies)('%s encodes as llama.cpp does', async (path) => {
    const file = await openGguf(path)
    const tokenizer = createTokenizer(file)
    const texts = readFileSync(`${path}.inp`, 'utf8').split('\n__ggml_vocab_test__\n')
    const expected = readFileSync(`${path}.out`, 'utf8')
      .split('\n')
      .slice(0, texts.length)
      .map((line) => line.trim().split(/\s+/).filter(Boolean).map(Number))
    expect(texts.length).toBeGreaterThan(30)
    texts.forEach((text, i) => {
      expect(tokenizer.encode(text, { bos: false }), JSON.stringify(text)).toEqual(expected[i])
      // WordPiece loses capitals and spaces.
      if (file.metadata.get('tokenizer.ggml.model') !== 'bert') expect(tokenizer.decode(expected[i])).toBe(text)
    })
  })
})

describe.skipIf(!sharedData.there)(`tokenizers of real models (${sharedData.reason} where skipped)`, () => {
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
