/**
 * A property of every tokenizer but WordPiece: a text that is encoded and decoded comes back, at once and as a stream.
 * takes  tokenizer, what its vocabulary can spell of a text · before ./tokenizer.test, ./round-trip.long.test
 */
import fc from 'fast-check'
import { expect } from 'vitest'
import { Detokenizer, type Tokenizer } from '../../../sdk/tokenizer/index.js'

/** Text with everything that trips tokenizers: spaces, line ends, emoji, joined emoji, scripts, controls, marks. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ' ',
        '  ',
        '\n',
        '\t',
        'hello',
        '▁',
        '<s>',
        '<0x0A>',
        '👩‍👩‍👧',
        'ﬀ',
        '\u0085',
        '\ufeff',
        "'s",
        '12345',
      ),
    )
    .map((parts) => parts.join('')),
)

/** ▁ is SentencePiece's own space; text that holds it cannot come back. */
export const spelled = (s: string) => Buffer.from(s).toString().replaceAll('▁', ' ')

/** Some byte-level vocabularies lack bytes that their training text never had; those are left out of any text. */
export function spellable(tokenizer: Tokenizer): (s: string) => string {
  const single = new Set<number>()
  for (let id = 0; id < tokenizer.size; id++) {
    const bytes = tokenizer.bytes(id)
    if (bytes.length === 1) single.add(bytes[0])
  }
  return (s) => Buffer.from(Buffer.from(s).filter((byte) => single.has(byte))).toString()
}

export function roundTrip(name: string, tokenizer: Tokenizer, expected: (s: string) => string, numRuns = 300): void {
  fc.assert(
    fc.property(text, (s) => {
      const ids = tokenizer.encode(s)
      expect(ids.every((id) => id >= 0 && id < tokenizer.size)).toBe(true)
      expect(ids.slice(tokenizer.addBos ? 1 : 0).some((id) => tokenizer.isControl(id))).toBe(false)
      expect(tokenizer.decode(ids), name).toBe(expected(s))
      const stream = new Detokenizer(tokenizer)
      const bytes = Buffer.concat(ids.map((id) => tokenizer.bytes(id))).toString()
      let out = ''
      for (const id of ids) {
        const part = stream.push(id)
        if (!bytes.includes('\ufffd')) expect(part).not.toContain('\ufffd')
        out += part
      }
      expect(out + stream.flush()).toBe(bytes)
    }),
    { numRuns },
  )
}
