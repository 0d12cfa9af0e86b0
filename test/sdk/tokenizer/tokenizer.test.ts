import { describe, expect, it } from 'vitest'
import { openGguf } from '../../../sdk/model/gguf.js'
import { createTokenizer, Detokenizer, type Tokenizer } from '../../../sdk/tokenizer/index.js'
import { createPretokenizer, familyOf } from '../../../sdk/tokenizer/pretokenize.js'
import { sharedData } from '../model/shared-data.js'
import { roundTrip, spellable, spelled } from './round-trip.js'
import { tinyByteLevel, tinyVocabulary } from './tiny-vocabulary.js'

const words = [
  ['▁', 1, -1],
  ['h', 1, -2],
  ['e', 1, -2],
  ['l', 1, -2],
  ['o', 1, -2],
  ['he', 1, -3],
  ['ll', 1, -4],
  ['lo', 1, -3.5],
  ['▁he', 1, -5],
] as const

const pieces = (tokenizer: Tokenizer, text: string, options = {}) =>
  tokenizer.encode(text, { bos: false, ...options }).map((id) => tokenizer.piece(id))

describe('SentencePiece', () => {
  it('joins by score, the leftmost among equals', () => {
    const tokenizer = createTokenizer(tinyVocabulary(words))
    expect(pieces(tokenizer, 'hello')).toEqual(['▁he', 'l', 'lo'])
    expect(pieces(tokenizer, 'lll')).toEqual(['▁', 'll', 'l'])
  })

  it('joins over spaces where a piece does', () => {
    const bridging = [...words, ['o▁', 1, -0.5], ['o▁h', 1, -0.4], ['▁▁', 1, -0.1]] as const
    const tokenizer = createTokenizer(tinyVocabulary(bridging))
    expect(pieces(tokenizer, 'o he')).toEqual(['▁', 'o▁h', 'e'])
    expect(pieces(tokenizer, 'l  he')).toEqual(['▁', 'l', '▁▁', 'he'])
    expect(pieces(tokenizer, 'l he')).toEqual(['▁', 'l', '▁he'])
  })

  it('spells unknown characters in bytes, or as one unknown token', () => {
    expect(pieces(createTokenizer(tinyVocabulary(words)), 'hä')).toEqual(['▁', 'h', '<0xC3>', '<0xA4>'])
    expect(pieces(createTokenizer(tinyVocabulary(words, {}, false)), 'hä')).toEqual(['▁', 'h', '<unk>'])
  })

  it('puts bos and the space first unless told otherwise', () => {
    const spaceless = createTokenizer(tinyVocabulary(words, { 'tokenizer.ggml.add_space_prefix': false }))
    expect(spaceless.encode('h')).toEqual([1, spaceless.idOf('h')])
    expect(spaceless.decode(spaceless.encode(' h'))).toBe(' h')
    const bosless = createTokenizer(tinyVocabulary(words, { 'tokenizer.ggml.add_bos_token': false }))
    expect(pieces(bosless, 'h', { bos: undefined })).toEqual(['▁', 'h'])
    expect(bosless.encode('', { bos: true })).toEqual([1])
  })

  it('keeps control tokens out of plain text', () => {
    const tokenizer = createTokenizer(tinyVocabulary([...words, ['<', 1], ['s', 1], ['>', 1], ['<s', 1]]))
    expect(pieces(tokenizer, '<s>')).toEqual(['▁', '<s', '>'])
    expect(pieces(tokenizer, '<s>', { special: true })).toEqual(['<s>'])
    expect(pieces(tokenizer, '<0x41>')).not.toContain('<0x41>')
  })

  it('finds user-defined tokens in any text, except in guarded vocabularies', () => {
    const entries = [...words, ['lelo', 4], ['lel', 1, -1]] as const
    const open = createTokenizer(tinyVocabulary(entries))
    expect(pieces(open, 'hlelo')).toEqual(['▁', 'h', 'lelo'])
    const guarded = createTokenizer(tinyVocabulary(entries, { 'lutra.pilot.version': 1 }))
    expect(pieces(guarded, 'hlelo')).toEqual(['▁', 'h', 'l', 'e', 'lo'])
    expect(pieces(guarded, 'hlelo', { special: true })).toEqual(['▁', 'h', 'lelo'])
  })

  it('takes a long word in its stride', () => {
    const tokenizer = createTokenizer(tinyVocabulary(words))
    const cost = (length: number) => {
      const before = process.cpuUsage()
      expect(tokenizer.encode('l'.repeat(length), { bos: false }).length).toBe(length / 2 + 1)
      return process.cpuUsage(before).user
    }
    cost(20_000)
    // Ten times as long: ten times the work and a little, not a hundred times.
    expect(cost(200_000)).toBeLessThan(40 * cost(20_000))
  })

  it('refuses ids outside, and broken vocabularies', () => {
    expect(() => createTokenizer(tinyVocabulary(words)).decode([9999])).toThrow(/below 268/)
    const broken = (key: string, value: never) => () =>
      createTokenizer({ metadata: new Map(tinyVocabulary(words).metadata).set(`tokenizer.ggml.${key}`, value) })
    expect(broken('scores', new Float32Array(3) as never)).toThrow(expect.objectContaining({ kind: 'format' }))
    expect(broken('tokens', [] as never)).toThrow(expect.objectContaining({ kind: 'format' }))
    expect(broken('model', 't5' as never)).toThrow(expect.objectContaining({ kind: 'unsupported' }))
  })
})

describe('byte-level', () => {
  it('joins in the order of the merges within words', () => {
    const tokenizer = createTokenizer(tinyByteLevel(['l l', 'h e', 'Ġ he', 'he ll']))
    expect(pieces(tokenizer, 'hell hello')).toEqual(['hell', 'Ġhe', 'll', 'o'])
    expect(pieces(tokenizer, '<|end|>')).not.toContain('<|end|>')
    expect(pieces(tokenizer, 'h<|end|>', { special: true })).toEqual(['h', '<|end|>'])
  })

  it('refuses pre-tokenizers that it does not know', () => {
    const odd = tinyByteLevel([], { 'tokenizer.ggml.pre': 'constructor' })
    expect(() => createTokenizer(odd)).toThrow(expect.objectContaining({ kind: 'unsupported' }))
  })

  it.each([
    [
      'gpt-2',
      "I'll take 123 things,  ok\n\n x",
      ['I', "'ll", ' take', ' 123', ' things', ',', ' ', ' ok', '\n\n', ' x'],
    ],
    ['llama-bpe', "I'LL go\r\n\n  12345!!\n x", ['I', "'LL", ' go', '\r\n\n', ' ', ' ', '123', '45', '!!\n', ' x']],
    ['qwen2', 'a 12 (b)', ['a', ' ', '1', '2', ' (', 'b', ')']],
    ['starcoder', 'x 12', ['x', ' ', '1', '2']],
    ['falcon', 'a`b 12345', ['a', '`', 'b', ' ', '123', '45']],
    ['default', 'a,b 1234', ['a', ',', 'b', ' ', '123', '4']],
  ])('%s cuts words by its rules', (family, text, expected) => {
    expect([...createPretokenizer(familyOf(family).rules)(text)]).toEqual(expected)
  })
})

describe('every text comes back', () => {
  it('from SentencePiece', () => roundTrip('spm', createTokenizer(tinyVocabulary(words)), spelled))
  it('from byte-level', () => {
    roundTrip('bpe', createTokenizer(tinyByteLevel(['l l', 'h e', 'Ġ he'])), (s) => Buffer.from(s).toString())
  })

  it.skipIf(!sharedData.there).each(['llama-spm', 'gpt-2', 'starcoder', 'falcon'])(
    `from %s (${sharedData.reason} where skipped)`,
    async (name) => {
      const tokenizer = createTokenizer(await openGguf(sharedData.path('vocab', `ggml-vocab-${name}.gguf`)))
      roundTrip(name, tokenizer, name === 'llama-spm' ? spelled : spellable(tokenizer))
    },
  )
})

describe('Detokenizer', () => {
  const tokenizer = createTokenizer(tinyVocabulary(words))
  const byte = (b: number) => b + 3

  it('waits for whole characters', () => {
    const stream = new Detokenizer(tokenizer)
    expect([0xf0, 0x9f, 0x98].map((b) => stream.push(byte(b)))).toEqual(['', '', ''])
    expect(stream.push(byte(0x80))).toBe('😀')
    expect(stream.flush()).toBe('')
  })

  it('replaces what can never become a character', () => {
    const stream = new Detokenizer(tokenizer)
    expect(stream.push(byte(0xff))).toBe('\ufffd')
    expect(stream.push(byte(0xe2))).toBe('')
    expect(stream.push(tokenizer.idOf('h')!)).toBe('\ufffdh')
    stream.push(byte(0xe2))
    expect(stream.flush()).toBe('\ufffd')
  })

  it('shows control tokens only if asked', () => {
    expect(new Detokenizer(tokenizer).push(2)).toBe('')
    expect(new Detokenizer(tokenizer, true).push(2)).toBe('</s>')
  })
})
