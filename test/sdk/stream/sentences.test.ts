import * as fc from 'fast-check'
import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { type SentenceOptions, sentences } from '../../../sdk/stream/index.js'
import { marbles } from './marbles.js'

const cut = (pieces: readonly string[], options?: SentenceOptions) =>
  lastValueFrom(from(pieces).pipe(sentences(options), toArray()))

describe('sentences', () => {
  it('gives a sentence once white space shows its end, and the rest at the end', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c-d-e-|', { a: 'Go 3.', b: '5 m. ', c: 'Then "stop', d: '!"\nNow? Ye', e: 's' })
      expectObservable(source.pipe(sentences())).toBe('--x---(yz)(w|)', {
        x: 'Go 3.5 m.',
        y: 'Then "stop!"',
        z: 'Now?',
        w: 'Yes',
      })
    })
  })

  it('needs no white space in Chinese and Japanese', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-----|', { a: '行け。止まれ！はい' })
      expectObservable(source.pipe(sentences())).toBe('(xy)--(z|)', { x: '行け。', y: '止まれ！', z: 'はい' })
    })
  })

  it('waits for one more character only where that decides', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c-d-e|', { a: 'At 5 p.m. ', b: 'it ', c: 'stops etc. ', d: 'Then', e: ' on.' })
      expectObservable(source.pipe(sentences())).toBe('------x--(y|)', { x: 'At 5 p.m. it stops etc.', y: 'Then on.' })
    })
  })

  it.each([
    ['titles', 'Ask Dr. Who and Mrs. Peel. Then go.', ['Ask Dr. Who and Mrs. Peel.', 'Then go.']],
    ['e.g. and i.e.', 'Use a tool, e.g. Pliers, i.e. Those. Good.', ['Use a tool, e.g. Pliers, i.e. Those.', 'Good.']],
    ['initials', 'By J. R. Smith. I did. So did I. Then?', ['By J. R. Smith.', 'I did.', 'So did I.', 'Then?']],
    [
      'abbreviations that may end one',
      'In the U.S. they do. In the U.S. We do.',
      ['In the U.S. they do.', 'In the U.S.', 'We do.'],
    ],
    ['No and numbers', 'No. It is No. 5, see Fig. 3. Yes.', ['No.', 'It is No. 5, see Fig. 3.', 'Yes.']],
    ['decimals and versions', 'Go 3.5 m. Use v2.0.1. Done.', ['Go 3.5 m.', 'Use v2.0.1.', 'Done.']],
    ['lists', '1. Open it.\n2. Close it. 12. Then go.', ['1. Open it.', '2. Close it.', '12. Then go.']],
    ['ellipses', 'Wait... what? Hm... Well… yes. Go…', ['Wait... what?', 'Hm...', 'Well… yes.', 'Go…']],
    ['quotes', '"Stop!" he said. “Now.” Then (really.) “Go?!” She went.', ['"Stop!" he said.', '“Now.”', 'Then (really.)', '“Go?!”', 'She went.']], // biome-ignore format: a table
    ['runs of stops', 'What?! No!!! Yes.', ['What?!', 'No!!!', 'Yes.']],
    ['names with dots', 'See lutra.dev or node.js now. Go.', ['See lutra.dev or node.js now.', 'Go.']],
    ['Japanese quotes', '「行け。」と言った。（止まれ！）はい', ['「行け。」', 'と言った。', '（止まれ！）', 'はい']],
    ['Hindi and Arabic', 'रुको। जाओ। قف؟ نعم.', ['रुको।', 'जाओ।', 'قف؟', 'نعم.']],
    ['emoji', 'Go 🚗. Stop 🛑! 🎉', ['Go 🚗.', 'Stop 🛑!', '🎉']],
    ['lines', '# Title\r\n\r\n- one\n- two\n', ['# Title', '- one', '- two']],
    ['nothing but space', ' \n\n \t', []],
  ])('knows %s', async (_, text, expected) => {
    expect(await cut([text])).toEqual(expected)
    expect(await cut([...text])).toEqual(expected)
    // Also where a surrogate pair is cut in two.
    expect(await cut(text.split(''))).toEqual(expected)
  })

  it('takes abbreviations of one’s own', async () => {
    const text = 'In der Goethestr. Nord. Halt.'
    expect(await cut([text])).toEqual(['In der Goethestr.', 'Nord.', 'Halt.'])
    expect(await cut([text], { abbreviations: ['Goethestr'] })).toEqual(['In der Goethestr. Nord.', 'Halt.'])
  })

  it('loses no character and does not depend on how the text is cut', async () => {
    const parts = fc.constantFrom('Dr', 'a', 'B', '.', '!', '…', '。', '"', '」', ' ', '\n', '5', 'etc', 'No', '🚗')
    await fc.assert(
      fc.asyncProperty(fc.array(parts), async (all) => {
        const text = all.join('')
        const whole = await cut([text])
        expect(await cut(text.split(''))).toEqual(whole)
        expect(whole.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
      }),
      { numRuns: 300 },
    )
  })

  it('takes time that grows with the length alone', async () => {
    const [one] = await cut([...Array.from({ length: 100_000 }, () => 'word '), 'end. '])
    expect(one).toHaveLength(5 * 100_000 + 4)
  }, 20_000)
})
