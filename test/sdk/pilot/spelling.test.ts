/** Slips set right before the pilot reads: what is corrected, what is left alone, and that words to say come back as typed. */
import { describe, expect, it } from 'vitest'
import { LutraError } from '../../../hal/error.js'
import { spell, spellText, type WordList } from '../../../sdk/pilot/spelling.js'
import { pilotWords } from '../../../sdk/pilot/vocabulary.js'
import { packWords, unpackWords, WORDS_KEY, wordsOf } from '../../../sdk/pilot/words.js'

const words: WordList = new Map([
  ['turn', 8],
  ['run', 6],
  ['left', 8],
  ['and', 9],
  ['hand', 5],
  ['wait', 7],
  ['water', 3],
  ['ten', 5],
  ['go', 8],
  ['to', 9],
  ['the', 9],
  ['three', 6],
  ['say', 7],
  ['hello', 4],
])

describe('spelling', () => {
  it('sets right a neighbouring key, a letter lost, doubled or out of place', () => {
    expect(['tyrn', 'lft', 'waitt', 'lfet', 'hllo'].map((word) => spell(word, words))).toEqual([
      'turn',
      'left',
      'wait',
      'left',
      'hello',
    ])
  })

  it('leaves known words, short ones, and what has no likely reading or two of them', () => {
    for (const word of ['turn', 'water', 'g', 'xq', 'zebra', 'bottle']) expect(spell(word, words)).toBe(word)
    // One letter from "turn" and from "run", and no far likelier.
    const close: WordList = new Map([
      ['turn', 5],
      ['tun', 5],
    ])
    expect(spell('turun', new Map([...close, ['turun', 0]]))).toBe('turun')
    expect(
      spell(
        'thn',
        new Map([
          ['then', 5],
          ['than', 5],
        ]),
      ),
    ).toBe('thn')
  })

  it('finds a lost space, and leaves numbers, apostrophes and quotations alone', () => {
    expect(spellText('turnleft adn say " tyrn lft " lft', words).text).toBe('turn left and say " tyrn lft " left')
    expect(spellText("3tyrn tyrn's tyrn4 tyrn, lft.", words).text).toBe("3tyrn tyrn's tyrn4 turn, left.")
  })

  it('gives words to say back as they were typed, and finds them in what is read', () => {
    const typed = 'tyrn left adn say helo lftgo twice, wait'
    const { text, restore, read } = spellText(typed, words)
    expect(text).toBe('turn left and say hello lftgo twice, wait')
    expect(restore('hello lftgo')).toBe('helo lftgo')
    expect(read('helo lftgo')).toBe('hello lftgo')
    const joined = spellText('say turnleft now', words)
    expect(joined.text).toBe('say turn left now')
    expect(joined.restore('turn left now')).toBe('turnleft now')
    expect(joined.read('turnleft')).toBe('turn left')
    expect(restore('never typed')).toBe('never typed')
  })

  it('joins two halves of a word where the list does not know both', () => {
    const { text, restore, read } = spellText('say hel lo, th ree left. go to wa ter', words)
    expect(text).toBe('say hello, three left. go to water')
    expect(restore('hello')).toBe('hel lo')
    expect(read('hel lo')).toBe('hello')
    // Both are words, it is short, a mark lies between, it is quoted, or nothing comes of them.
    for (const typed of ['go to the left', 'tu rn', 'hel, lo', '" hel lo "', 'zeb ra', 'hel'])
      expect(spellText(typed, new Map([...words, ['hellos', 1]])).text).toBe(typed)
  })

  it('without a list nothing changes', () => {
    const { text, restore } = spellText('tyrn lft', new Map())
    expect([text, restore('lft')]).toEqual(['tyrn lft', 'lft'])
  })
})

describe('the word list', () => {
  it('packs and unpacks to the same, and the pilot has one', () => {
    expect([...unpackWords(packWords(words))].sort()).toEqual([...words].sort())
    const own = pilotWords()
    for (const word of ['forward', 'kitchen', 'gripper', 'degrees', 'you']) expect(own.has(word), word).toBe(true)
    expect(own.size).toBeGreaterThan(5000)
    expect(unpackWords(packWords(own))).toEqual(own)
  })

  it('is read once from metadata, is empty where the file has none, and refuses what is no list', () => {
    const metadata = new Map([[WORDS_KEY, packWords(words)]])
    expect(wordsOf(metadata)).toBe(wordsOf(metadata))
    expect(wordsOf(metadata).get('left')).toBe(8)
    expect(wordsOf(new Map()).size).toBe(0)
    expect(() => unpackWords('Aarm6 Bm2')).toThrow(LutraError)
  })
})
