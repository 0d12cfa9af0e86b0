/** A tokenizer.json as a GGUF carries it: the same tokens for any text, or a reason. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../../../hal/turns.js'
import { ggufVocabulary } from '../../../sdk/tokenizer/gguf-metadata.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import { beside, byteFallbackJson, byteLevelJson, wordPieceJson } from './tiny-json.js'

function same(source: ReturnType<typeof beside>, unit: 'binary' | 'binary-ascii' = 'binary') {
  const metadata = atOnce(ggufVocabulary(source))
  const [own, other] = [createTokenizer(source), createTokenizer({ metadata })]
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), fc.boolean(), (text, special) => {
      expect(other.encode(text, { special })).toEqual(own.encode(text, { special }))
    }),
    { numRuns: 300 },
  )
  expect([...other.stops]).toEqual([...own.stops])
  return metadata
}

describe('a GGUF vocabulary', () => {
  it('of byte-level merges: the name of the rules tells whether words go before merges', () => {
    expect(same(beside(byteLevelJson())).get('tokenizer.ggml.pre')).toBe('dbrx')
    const first = byteLevelJson()
    Object.assign(first.model, { ignore_merges: true })
    expect(same(beside(first)).get('tokenizer.ggml.pre')).toBe('llama-bpe')
  })

  it('of merges with byte fallback: their order as scores', () => {
    const metadata = same(beside(byteFallbackJson(), { 'tokenizer_config.json': { eos_token: '</s>' } }))
    expect(metadata.get('tokenizer.ggml.model')).toBe('llama')
    expect(metadata.get('tokenizer.ggml.add_space_prefix')).toBe(true)
  })

  it('of WordPiece: what begins a word is marked, and not what goes on', () => {
    const source = beside(wordPieceJson())
    // Marks that take room, and Korean, are folded otherwise by llama.cpp (sdk/tokenizer/fold).
    const metadata = same(source, 'binary-ascii')
    expect(metadata.get('tokenizer.ggml.model')).toBe('bert')
    const tokens = metadata.get('tokenizer.ggml.tokens') as string[]
    expect(tokens.slice(4, 8)).toEqual(['▁un', 'able', 'a', '▁cafe'])
    const [own, other] = [createTokenizer(source), createTokenizer({ metadata })]
    for (const text of ['Unable!', 'una café', '日un', 'unun able', ' a!!'])
      expect(other.encode(text)).toEqual(own.encode(text))
  })

  it('has a token for every row of a padded embedding, and the chat template', () => {
    const source = beside(byteLevelJson(), { 'chat_template.jinja': '{{ messages }}' })
    const metadata = atOnce(ggufVocabulary(source, 300))
    const tokens = metadata.get('tokenizer.ggml.tokens') as string[]
    expect(tokens).toHaveLength(300)
    expect(new Set(tokens).size).toBe(300)
    expect(metadata.get('tokenizer.chat_template')).toBe('{{ messages }}')
  })

  it('says which rules have no name there', () => {
    const json = byteLevelJson()
    const steps = (json.pre_tokenizer as { pretokenizers: unknown[] }).pretokenizers
    steps.unshift({ type: 'Digits', individual_digits: true })
    expect(() => atOnce(ggufVocabulary(beside(json)))).toThrow(/Expected pre-tokenizer rules .* found/)
  })

  it('is refused where it would cut a text otherwise', () => {
    const json = byteFallbackJson()
    // Scores join el and l as soon as ell is a piece; merges only e and ll.
    json.model.merges = [['e', 'l'], ...json.model.merges, ['e', 'll']]
    Object.assign(json.model.vocab, { el: 267, ell: 268 })
    expect(() => atOnce(ggufVocabulary(beside(json)))).toThrow(/cuts "Hello, world.*gives other tokens/)
  })
})
