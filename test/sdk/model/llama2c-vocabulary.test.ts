import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openGguf } from '../../../sdk/model/gguf.js'
import { readLlama2cVocabulary } from '../../../sdk/model/llama2c-vocabulary.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import { sharedData } from './shared-data.js'

const encoder = new TextEncoder()

function file(tokens: readonly (readonly [string, number])[]): Uint8Array {
  const parts = tokens.map(([piece, score]) => {
    const bytes = encoder.encode(piece)
    const head = new DataView(new ArrayBuffer(8))
    head.setFloat32(0, score, true)
    head.setInt32(4, bytes.length, true)
    return Buffer.concat([Buffer.from(head.buffer), bytes])
  })
  return Buffer.concat([Buffer.from([9, 0, 0, 0]), ...parts])
}

const tiny = [
  ['<unk>', 0],
  ['\n<s>\n', 0],
  ['\n</s>\n', 0],
  ['<0x0A>', 0],
  [' ', -1],
  ['a', -2],
  [' a', -3],
] as const

describe('readLlama2cVocabulary', () => {
  it('reads pieces, scores and kinds', () => {
    const tokenizer = createTokenizer({ metadata: readLlama2cVocabulary(file(tiny), tiny.length) })
    expect(tokenizer.encode('a a\n')).toEqual([1, 6, 6, 3])
    expect(tokenizer.encode('<s>', { special: true })).toEqual([1, 1])
    expect(tokenizer.decode([1, 6, 6, 3])).toBe('a a\n')
    expect([...tokenizer.stops]).toEqual([2])
  })

  it('reads bytes that lie anywhere in their buffer', () => {
    const shifted = Buffer.concat([Buffer.from([7]), file(tiny)]).subarray(1)
    expect(readLlama2cVocabulary(shifted, tiny.length)).toEqual(readLlama2cVocabulary(file(tiny), tiny.length))
  })

  const damaged = (at: number, value: number) => {
    const bytes = Buffer.from(file(tiny))
    bytes.writeInt32LE(value, at)
    return bytes
  }
  it.each([
    ['fewer tokens than the weights have', file(tiny), 8, 'format'],
    ['more tokens than the weights have', file(tiny), 6, 'mismatch'],
    ['a claim beyond the file', file(tiny), 2 ** 31, 'mismatch'],
    ['no tokens', file(tiny), 0, 'mismatch'],
    ['a negative length', damaged(8, -1), 7, 'format'],
    ['a length beyond the end', damaged(8, 2 ** 31 - 1), 7, 'format'],
    ['a score that is no number', damaged(4, 0x7fc00000), 7, 'format'],
    ['bytes that are no UTF-8', damaged(12, -1), 7, 'format'],
    ['nothing', new Uint8Array(), 7, 'mismatch'],
  ])('refuses %s', (_, bytes, size, kind) => {
    expect(() => readLlama2cVocabulary(bytes, size)).toThrow(expect.objectContaining({ name: 'LutraError', kind }))
  })

  describe.skipIf(!sharedData.there)(`real files (${sharedData.reason} where skipped)`, () => {
    const read = (name: string, size: number) =>
      createTokenizer({ metadata: readLlama2cVocabulary(readFileSync(sharedData.path(name)), size) })
    const text = 'Once upon a time, in a far-away land… there lived “two” 日本 cats.\n\n😀'

    it('stories260K: the same ids as its GGUF', async () => {
      const gguf = createTokenizer(await openGguf(sharedData.path('tinyllamas', 'stories260Ktok512.gguf')))
      const bin = read('tinyllamas/tok512.bin', 512)
      for (const each of [text, ' leading', '', 'a  b\t\u0000']) expect(bin.encode(each)).toEqual(gguf.encode(each))
    })

    it('Llama 2: the same ids as its GGUF', async () => {
      const gguf = createTokenizer(await openGguf(sharedData.path('vocab', 'ggml-vocab-llama-spm.gguf')))
      expect(read('tinyllamas/tokenizer.bin', 32_000).encode(text)).toEqual(gguf.encode(text))
    })

    it('one without bytes spells what it lacks as unknown', () => {
      const tokenizer = read('babyllama-tok105/tok105.bin', 105)
      expect(tokenizer.decode(tokenizer.encode('Once upon a time.'))).toBe('Once upon a time.')
      expect(tokenizer.encode('日', { bos: false }).at(-1)).toBe(0)
    })
  })
})
