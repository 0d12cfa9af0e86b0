/** Long texts are encoded in turns with others on the event loop, also where they are one word. */
import { describe, expect, it } from 'vitest'
import { createTokenizer, encodeInTurns } from '../../../sdk/tokenizer/index.js'
import { tinyVocabulary } from './tiny-vocabulary.js'

const letters = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => [letter, 1] as const)
const pairs = ['ab', 'ba', 'aa', 'bb'].map((pair) => [pair, 1] as const)
const tokenizer = createTokenizer(tinyVocabulary([...letters, ...pairs]))
const word = Array.from({ length: 60_000 }, (_, i) => 'ab'[(i * i + (i >> 3)) & 1]).join('')

describe('encodeInTurns', () => {
  it.each([
    ['one long word', word],
    ['many words', word.replace(/(.{7})/g, '$1 ')],
  ])('pauses often in %s, and gives the same ids', async (_, text) => {
    let places = 0
    for (const steps = tokenizer.encodeSteps!(text, {}); !steps.next().done; ) places++
    expect(places).toBeGreaterThan(50)
    expect(await encodeInTurns(tokenizer, text)).toEqual(tokenizer.encode(text))
  })

  it('ends when it is cancelled', async () => {
    const control = new AbortController()
    const encoded = encodeInTurns(tokenizer, word, {}, control.signal)
    control.abort()
    await expect(encoded).rejects.toMatchObject({ name: 'LutraError', kind: 'cancelled' })
  })
})
