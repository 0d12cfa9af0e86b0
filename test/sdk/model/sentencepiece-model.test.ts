import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readLlama2cVocabulary } from '../../../sdk/model/llama2c-vocabulary.js'
import { readSentencePieceModel } from '../../../sdk/model/sentencepiece-model.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import { sharedData } from './shared-data.js'

const sized = (number: number, bytes: readonly number[]) => [number * 8 + 2, bytes.length, ...bytes]
const text = (number: number, value: string) => sized(number, [...Buffer.from(value)])
const float = (number: number, value: number) => [number * 8 + 5, ...new Uint8Array(Float32Array.of(value).buffer)]
const piece = (value: string, score: number, type: number) =>
  sized(1, [...text(1, value), ...float(2, score), 3 * 8, type])
const pieces = [
  ...piece('<unk>', 0, 2),
  ...piece('<s>', 0, 3),
  ...piece('</s>', 0, 3),
  ...piece('▁', -2, 1),
  ...piece('a', -3, 1),
  ...piece('▁a', -1, 1),
  ...piece('▁▁', 0, 4),
]
const bpe = sized(2, [3 * 8, 2])
const file = (...parts: readonly (readonly number[])[]) => Uint8Array.from(parts.flat())

describe('readSentencePieceModel', () => {
  it('reads pieces, kinds and marks', () => {
    const tokenizer = createTokenizer({ metadata: readSentencePieceModel(file(pieces, bpe)) })
    expect(tokenizer.encode('a a')).toEqual([1, 5, 5])
    expect(tokenizer.piece(6)).toBe('  ')
    expect([tokenizer.bos, tokenizer.eos]).toEqual([1, 2])
  })

  it('puts no space first where the normalizer says so', () => {
    const tokenizer = createTokenizer({ metadata: readSentencePieceModel(file(pieces, bpe, sized(3, [3 * 8, 0]))) })
    expect(tokenizer.encode('a')).toEqual([1, 4])
  })

  it.each([
    ['nothing', [], 'format'],
    ['pieces of Unigram', pieces, 'unsupported'],
    ['a piece without text', [...sized(1, float(2, 0)), ...bpe], 'format'],
    ['a score that is no number', [...piece('a', Number.NaN, 1), ...bpe], 'format'],
    ['a kind that is none', [...piece('a', 0, 9), ...bpe], 'format'],
    ['a field beyond the end', [10, 127, 1], 'format'],
    ['a number without end', [8, ...new Array<number>(12).fill(255)], 'format'],
    ['a group', [11], 'format'],
    ['field 0', [2, 0], 'format'],
    ['text that is no UTF-8', [...sized(1, sized(1, [255])), ...bpe], 'format'],
  ])('refuses %s', (_, bytes, kind) => {
    expect(() => readSentencePieceModel(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ name: 'LutraError', kind }),
    )
  })

  it.skipIf(!sharedData.there)(`gives the ids of tokenizer.bin (${sharedData.reason} where skipped)`, () => {
    const sample = 'Once upon a time, in a far-away land… there lived “two” 日本 cats.\n\n😀'
    for (const [model, bin, size] of [
      ['tinyllamas/tokenizer.model', 'tinyllamas/tokenizer.bin', 32_000],
      ['tinyllamas/tok512.model', 'tinyllamas/tok512.bin', 512],
    ] as const) {
      const metadata = readSentencePieceModel(readFileSync(sharedData.path(model)))
      const other = readLlama2cVocabulary(readFileSync(sharedData.path(bin)), size)
      expect(createTokenizer({ metadata }).encode(sample)).toEqual(createTokenizer({ metadata: other }).encode(sample))
    }
  })
})
