import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileSchema, createConstraint, Matcher } from '../../../sdk/grammar/index.js'
import { asciiTokenizer, byteTokenizer } from './fake-tokenizer.js'
import { anyCase } from './random-schema.js'
import { validates } from './validate.js'

const tokenizers = [
  byteTokenizer([
    '":',
    '","',
    '{"',
    'true',
    'null',
    '}]',
    ' the',
    'ab"',
    '12',
    '0.',
    '-1',
    '\\u00',
    '☃',
    'é"',
    '\\"',
    '",',
  ]),
  asciiTokenizer(['":', '","', '{"', 'tr', 'ue', 'null', '}]', '00', '.5', 'abc', '\\u00', '"]', '☃']),
]

describe('grammar, at random', () => {
  it('takes every value that validates, byte by byte', () => {
    fc.assert(
      fc.property(anyCase, ({ schema, value }) => {
        expect(validates(schema, value)).toBe(true)
        const matcher = new Matcher(compileSchema(schema))
        const end = matcher.walk(matcher.start, Buffer.from(JSON.stringify(value)))
        expect(end?.complete).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  it('takes every value as tokens, whatever the cut', () => {
    fc.assert(
      fc.property(anyCase, ({ schema, value }) => {
        const constraint = createConstraint(compileSchema(schema), tokenizers[0])
        for (const id of tokenizers[0].encode(JSON.stringify(value))) constraint.accept(id)
        constraint.accept(tokenizers[0].eos as number)
        expect(constraint.done).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('lets random walks through the mask end only in JSON that validates', () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        fc.nat(1),
        ({ schema }, stream, which) => {
          const tokenizer = tokenizers[which]
          let constraint: ReturnType<typeof createConstraint>
          try {
            constraint = createConstraint(compileSchema(schema), tokenizer)
          } catch (error) {
            // Some constants cannot be spelled in ASCII.
            expect(error).toMatchObject({ kind: 'mismatch' })
            expect(which).toBe(1)
            return
          }
          const ids: number[] = []
          const logits = new Float32Array(tokenizer.size + 3)
          while (!constraint.done) {
            logits.fill(0)
            constraint.mask(logits)
            const allowed = [...logits.keys()].filter((id) => logits[id] === 0)
            expect(allowed.length).toBeGreaterThan(0)
            // After a while the ending is taken where it may be, so that unlimited lists and strings come to an end.
            const ending = allowed.filter((id) => /["\]}]$|<\/s>/.test(tokenizer.piece(id)))
            const from = ids.length > 60 && ending.length > 0 ? ending : allowed
            const id = from[Math.floor((stream.next().value as number) * from.length)]
            constraint.accept(id)
            if (!tokenizer.stops.has(id)) ids.push(id)
          }
          const text = tokenizer.decode(ids)
          expect(validates(schema, JSON.parse(text)), text).toBe(true)
          expect(text).toBe(text.trim())
        },
      ),
      { numRuns: 250 },
    )
  })

  it('copies from any prompt without a dead end, and only whole words', () => {
    const prompt = fc.string({
      unit: fc.constantFrom('a', 'B', 'é', '☃', "'", '"', '\\', '{', ' ', ' ', '\n', '.', '\ud800'),
      maxLength: 24,
    })
    const lengths = fc.record({ min: fc.nat(4), more: fc.nat(6), lead: fc.constantFrom('', ' ') })
    const tokenizers = [byteTokenizer(['a"', ' a', 'é.', '☃ ', '\\"', '"a']), asciiTokenizer(['é', ' B', '"B'])]
    fc.assert(
      fc.property(
        prompt,
        lengths,
        fc.nat(1),
        fc.infiniteStream(fc.nat()),
        (prompt, { min, more, lead }, which, picks) => {
          const tokenizer = tokenizers[which]
          const schema = {
            anyOf: [
              { const: 0 },
              { type: 'string', minLength: min, maxLength: min + more, 'x-copy': true, 'x-copy-lead': lead },
            ],
          }
          const constraint = createConstraint(compileSchema(schema), tokenizer, { prompt })
          const ids: number[] = []
          const logits = new Float32Array(tokenizer.size)
          while (!constraint.done) {
            logits.fill(0)
            constraint.mask(logits)
            // The string rather than the constant, where there is one.
            const allowed = [...logits.keys()].filter((id) => logits[id] === 0)
            const from = allowed.length > 1 ? allowed.filter((id) => tokenizer.piece(id) !== '0') : allowed
            expect(from.length, `${prompt}: ${tokenizer.decode(ids)}`).toBeGreaterThan(0)
            ids.push(from[picks.next().value % from.length])
            constraint.accept(ids[ids.length - 1])
          }
          const value = JSON.parse(tokenizer.decode(ids)) as string | 0
          if (value === 0) return
          expect([...value].length).toBeGreaterThanOrEqual(min)
          expect([...value].length).toBeLessThanOrEqual(min + more)
          expect(value.startsWith(lead)).toBe(true)
          const words = value.slice(lead.length).toLowerCase()
          const at = prompt.toLowerCase().indexOf(words)
          expect(at).toBeGreaterThanOrEqual(0)
          expect(words).toBe(words.trim())
        },
      ),
      { numRuns: 400 },
    )
  })
})
