import { describe, expect, it } from 'vitest'
import { ChatTemplate, createTokenizer, type Tokenizer } from '../../../sdk/tokenizer/index.js'
import { beside, byteFallbackJson, byteLevelJson, wordPieceJson } from './tiny-json.js'

const pieces = (tokenizer: Tokenizer, text: string, options = {}) =>
  tokenizer.encode(text, { bos: false, ...options }).map((id) => tokenizer.piece(id))

describe('tokenizer.json', () => {
  it('byte-level: merges within words, marks only if asked', () => {
    const tokenizer = createTokenizer(beside(byteLevelJson()))
    expect(pieces(tokenizer, "hell hello'S")).toEqual(['hell', 'Ġ', 'hell', 'o', "'", 'S'])
    expect(pieces(tokenizer, '<|im_end|>')).not.toContain('<|im_end|>')
    expect(pieces(tokenizer, 'h<|im_end|>', { special: true })).toEqual(['h', '<|im_end|>'])
    expect(tokenizer.encode('h')).toEqual([260, 'h'.charCodeAt(0)])
    expect(tokenizer.decode(tokenizer.encode('héllo 😀 \u0000'))).toBe('héllo 😀 \u0000')
    expect([...tokenizer.stops]).toEqual([261])
  })

  it('tokens that are no marks stand in any text, and swallow spaces where they say so', () => {
    const tokenizer = createTokenizer(beside(byteLevelJson()))
    expect(pieces(tokenizer, 'h<tool> \n he')).toEqual(['h', '<tool>', 'he'])
    expect(Buffer.from(tokenizer.bytes(262)).toString()).toBe('<tool>')
    const alone = byteLevelJson()
    Object.assign(alone.added_tokens[2], { single_word: true, rstrip: false, lstrip: true })
    expect(pieces(createTokenizer(beside(alone)), 'h  <tool> h<tool>')).toEqual([
      ...['h', '<tool>', 'Ġ', 'h', '<', 't', 'o', 'o', 'l', '>'],
    ])
  })

  it('byte fallback: ▁ for spaces, merges by their order, bytes for the rest', () => {
    const tokenizer = createTokenizer(beside(byteFallbackJson()))
    expect(pieces(tokenizer, 'hell  heä')).toEqual(['▁he', 'll', '▁', '▁he', '<0xC3>', '<0xA4>'])
    expect(pieces(tokenizer, 'h</s>h', { special: true })).toEqual(['▁h', '</s>', '▁h'])
    expect(tokenizer.decode(tokenizer.encode('hell <0x41> ä'))).toBe('hell <0x41> ä')
  })

  it.each([
    ['first', ['▁h', '</s>', 'h']],
    ['always', ['▁h', '</s>', '▁h']],
    ['never', ['h', '</s>', 'h']],
  ])('Metaspace puts spaces %s', (scheme, expected) => {
    const json = byteFallbackJson()
    json.normalizer = null
    json.pre_tokenizer = { type: 'Metaspace', replacement: '▁', prepend_scheme: scheme, split: false }
    expect(pieces(createTokenizer(beside(json)), 'h</s>h', { special: true })).toEqual(expected)
  })

  it('WordPiece: folds, cuts at signs, takes the longest piece, frames the text', () => {
    const tokenizer = createTokenizer(beside(wordPieceJson()))
    expect(tokenizer.encode('Unable Café! 日x')).toEqual([2, 4, 5, 7, 8, 9, 1, 3])
    expect(tokenizer.encode('unx', { bos: false })).toEqual([1])
    expect(tokenizer.encode('un', { bos: false, eos: true })).toEqual([4, 3])
  })

  it('normalizes where the file asks', () => {
    const json = byteLevelJson()
    json.normalizer = { type: 'NFC' }
    expect(createTokenizer(beside(json)).encode('e\u0301')).toEqual(createTokenizer(beside(json)).encode('é'))
  })

  it('begins and ends texts as the files beside it say', () => {
    const config = {
      bos_token: '<|begin|>',
      eos_token: { content: '<|im_end|>' },
      add_bos_token: false,
      add_eos_token: true,
    }
    const tokenizer = createTokenizer(
      beside(byteLevelJson(), {
        'tokenizer_config.json': config,
        'generation_config.json': { eos_token_id: [261, 257, 9999, 'x'] },
      }),
    )
    expect(tokenizer.encode('h')).toEqual(['h'.charCodeAt(0), 261])
    expect(new Set(tokenizer.stops)).toEqual(new Set([261, 257]))
    expect(tokenizer.eos).toBe(261)
  })

  it.each([
    ['chat_template.jinja', { 'chat_template.jinja': 'A', 'tokenizer_config.json': { chat_template: 'B' } }, 'A'],
    ['tokenizer_config.json', { 'tokenizer_config.json': { chat_template: 'B{{ bos_token }}' } }, 'B<|begin|>'],
    [
      'the default of several',
      {
        'tokenizer_config.json': {
          chat_template: [
            { name: 'rag', template: 'C' },
            { name: 'default', template: 'D' },
          ],
        },
      },
      'D',
    ],
  ])('takes the chat template of %s', (_, more, expected) => {
    const file = beside(byteLevelJson(), more)
    expect(new ChatTemplate(file, createTokenizer(file)).render([])).toBe(expected)
  })

  const broken = (change: (json: ReturnType<typeof byteLevelJson>) => void) => {
    const json = byteLevelJson()
    change(json)
    return json
  }
  it.each([
    ['no JSON', '{', 'format'],
    ['a list', [], 'format'],
    ['no model', broken((json) => Object.assign(json, { model: undefined })), 'format'],
    ['Unigram', broken((json) => Object.assign(json.model, { type: 'Unigram' })), 'unsupported'],
    ['no tokens', { ...broken((json) => Object.assign(json.model, { vocab: {} })), added_tokens: [] }, 'format'],
    ['an id that is none', broken((json) => Object.assign(json.model.vocab, { h: -1 })), 'format'],
    ['an id far away', broken((json) => Object.assign(json.model.vocab, { h: 2 ** 31 })), 'limit'],
    ['merges that are none', broken((json) => Object.assign(json.model, { merges: [[1, 2]] })), 'format'],
    ['an added token without text', broken((json) => Object.assign(json.added_tokens[0], { content: 1 })), 'format'],
    [
      'a normalizer of its own',
      broken((json) => Object.assign(json, { normalizer: { type: 'Lowercase' } })),
      'unsupported',
    ],
    [
      'a pattern of its own',
      broken((json) =>
        Object.assign(json, { pre_tokenizer: { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated' } }),
      ),
      'unsupported',
    ],
    ['affixes of words', broken((json) => Object.assign(json.model, { end_of_word_suffix: '</w>' })), 'unsupported'],
    ['two texts', broken((json) => Object.assign(json, { post_processor: { type: 'Mystery' } })), 'unsupported'],
    ['deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'format'],
  ])('refuses %s', (_, json, kind) => {
    expect(() => createTokenizer(beside(json))).toThrow(expect.objectContaining({ name: 'LutraError', kind }))
  })
})
