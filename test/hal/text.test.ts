import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { latin1Bytes, latin1Text, utf8Bytes, utf8Text, utf8Texts } from '../../hal/text.js'

describe('text as bytes', () => {
  it('is what Node makes of any bytes, damaged ones included', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      // Near to real text: pieces of it, cut anywhere.
      fc
        .tuple(fc.string({ unit: 'binary', maxLength: 12 }), fc.nat(6))
        .map(([text, cut]) => utf8Bytes(text).slice(cut)),
    )
    fc.assert(
      fc.property(bytes, (each) => {
        expect(utf8Text(each)).toBe(Buffer.from(each).toString('utf8'))
        expect(utf8Texts(each)(0, each.length)).toBe(utf8Text(each))
        expect(latin1Text(each)).toBe(Buffer.from(each).toString('latin1'))
        expect(latin1Bytes(latin1Text(each))).toEqual(each)
      }),
      { numRuns: 2000 },
    )
  })

  it('is what Node makes of any text, half characters included', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)) }),
        (text) => {
          expect(utf8Bytes(text)).toEqual(new Uint8Array(Buffer.from(text)))
        },
      ),
    )
  })

  it('keeps a byte order mark, and reads a part', () => {
    expect(utf8Text(Uint8Array.of(0xef, 0xbb, 0xbf, 65))).toBe('\ufeffA')
    expect(utf8Texts(utf8Bytes('x\u2581the end'))(1, 7)).toBe('\u2581the')
  })
})
