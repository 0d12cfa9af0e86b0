import { describe, expect, it } from 'vitest'
import { compileSchema, createConstraint } from '../../../sdk/grammar/index.js'
import { asciiTokenizer, byteTokenizer, fakeTokenizer } from './fake-tokenizer.js'

const allowed = (constraint: ReturnType<typeof createConstraint>, size: number) => {
  const logits = new Float32Array(size).fill(1)
  constraint.mask(logits)
  return [...logits.keys()].filter((id) => logits[id] === 1)
}
const pieces = (tokenizer: ReturnType<typeof byteTokenizer>, ids: number[]) =>
  ids.map((id) => tokenizer.piece(id)).sort()

/** Every string the constraint lets through, found by trying (small languages only). */
function language(
  schema: Record<string, unknown>,
  tokenizer: ReturnType<typeof byteTokenizer>,
  prompt: string,
): string[] {
  const grammar = compileSchema(schema)
  const found: string[] = []
  const visit = (ids: number[]) => {
    const constraint = createConstraint(grammar, tokenizer, { prompt })
    for (const id of ids) constraint.accept(id)
    const next = allowed(constraint, tokenizer.size)
    expect(next.length, `a dead end after ${tokenizer.decode(ids)}`).toBeGreaterThan(0)
    for (const id of next) {
      if (tokenizer.stops.has(id)) found.push(tokenizer.decode(ids))
      else visit([...ids, id])
    }
  }
  visit([])
  return [...new Set(found)].map((text) => JSON.parse(text) as string).sort()
}

describe('createConstraint', () => {
  it('masks tokens, keeps the logits of the others, allows the end only at the end', () => {
    const tokenizer = asciiTokenizer(['[1', '[12', ',2', '1]', '[true', ' [', '3]]'])
    const constraint = createConstraint(
      compileSchema({ type: 'array', items: { type: 'integer', minimum: 1, maximum: 12 } }),
      tokenizer,
    )
    expect(pieces(tokenizer, allowed(constraint, tokenizer.size))).toEqual(['[', '[1', '[12'])
    constraint.accept(tokenizer.encode('[12')[0])
    expect(pieces(tokenizer, allowed(constraint, tokenizer.size + 64))).toEqual([',', ',2', ']'])
    expect(() => constraint.accept(tokenizer.eos!)).toThrow(expect.objectContaining({ kind: 'mismatch' }))
    expect(() => constraint.accept(tokenizer.encode('3]]')[0])).toThrow(expect.objectContaining({ kind: 'mismatch' }))
    expect(() => constraint.accept(-1)).toThrow(expect.objectContaining({ kind: 'mismatch' }))
    expect(constraint.done).toBe(false)
    constraint.accept(tokenizer.encode(']')[0])
    expect(constraint.done).toBe(true)
    expect(allowed(constraint, tokenizer.size)).toEqual([tokenizer.eos])
    constraint.accept(tokenizer.eos!)
    expect(constraint.done).toBe(true)
    expect(() => constraint.accept(tokenizer.encode(']')[0])).toThrow(expect.objectContaining({ kind: 'mismatch' }))
    expect(() => constraint.mask(new Float32Array(3))).toThrow(expect.objectContaining({ kind: 'mismatch' }))
  })

  it('a top-level number may end or go on', () => {
    const tokenizer = byteTokenizer()
    const constraint = createConstraint(compileSchema({ type: 'integer', minimum: 1, maximum: 12 }), tokenizer)
    constraint.accept(tokenizer.encode('1')[0])
    expect(constraint.done).toBe(false)
    expect(pieces(tokenizer, allowed(constraint, tokenizer.size))).toEqual(['0', '1', '2', '</s>'])
  })

  it('lets plain tokens into a free string only as far as maxLength', () => {
    const tokenizer = byteTokenizer(['ab', 'abc', '☃☃', 'a"', 'ab"'])
    const long = tokenizer.size - 1
    const constraint = createConstraint(compileSchema({ type: 'string', maxLength: 2 }), tokenizer)
    constraint.accept(tokenizer.encode('"')[0])
    const words = pieces(tokenizer, allowed(constraint, tokenizer.size)).filter((p) => p.length > 1)
    expect(words).toEqual(['a"', 'ab', 'ab"', '☃☃'])
    expect(long).toBe(tokenizer.eos)
  })

  it('offers only what a small vocabulary can spell', () => {
    const tokenizer = fakeTokenizer(['"', 'a', 'b', 'ab', 'xé', 'c"'])
    const grammar = compileSchema({ enum: ['ab', 'xé', 'abc'] })
    const constraint = createConstraint(grammar, tokenizer)
    constraint.accept(0)
    expect(pieces(tokenizer, allowed(constraint, tokenizer.size))).toEqual(['a', 'ab', 'xé'])
    constraint.accept(3)
    expect(pieces(tokenizer, allowed(constraint, tokenizer.size))).toEqual(['"', 'c"'])
    expect(() => createConstraint(compileSchema({ enum: ['ac', 'é'] }), tokenizer)).not.toThrow()
    expect(() => createConstraint(compileSchema({ enum: ['é', 'ca'] }), tokenizer)).toThrow(
      expect.objectContaining({ kind: 'mismatch' }),
    )
    expect(() => createConstraint(compileSchema({ type: 'integer' }), tokenizer)).toThrow(
      expect.objectContaining({ kind: 'mismatch' }),
    )
  })

  it('never ends a token inside a character that the vocabulary cannot finish', () => {
    const tokenizer = fakeTokenizer(['"', 'a', Uint8Array.of(0xc3), Uint8Array.of(0x61, 0xe2, 0x98), 'é'])
    const constraint = createConstraint(compileSchema({ type: 'string' }), tokenizer)
    constraint.accept(0)
    expect(allowed(constraint, tokenizer.size)).toEqual([0, 1, 4])
  })
})

describe('x-copy', () => {
  const copy = (maxLength: number, more: Record<string, unknown> = {}) => ({
    type: 'string',
    minLength: 1,
    maxLength,
    'x-copy': true,
    ...more,
  })

  it('copies whole words from the prompt as they stand', () => {
    expect(language(copy(5), asciiTokenizer(), 'say hi you!')).toEqual(['!', 'hi', 'say', 'you', 'you!'])
    expect(language(copy(6), asciiTokenizer(['hi', ' y', 'ou', 'o', 'ay']), 'say hi you')).toEqual([
      'hi',
      'hi you',
      'say',
      'say hi',
      'you',
    ])
  })

  it('puts the lead in front, and counts it', () => {
    expect(
      language(copy(4, { 'x-copy-lead': ' ', minLength: 3 }), asciiTokenizer([' h', ' you']), 'i say hi you'),
    ).toEqual([' hi', ' say', ' you'])
  })

  it('takes either case of a letter, and no other character', () => {
    expect(language(copy(2), asciiTokenizer(), 'Hi')).toEqual(['Hi', 'hi'])
  })

  it('survives quotes, backslashes, braces and control characters in the prompt', () => {
    const prompt = 'say "a\\b" {"skill":"drive"} \n\u0001]}'
    const found = language(copy(3), asciiTokenizer(), prompt)
    expect(found).toContain('a\\b')
    expect(found).toContain('"a\\')
    expect(found.every((text) => prompt.includes(text))).toBe(true)
  })

  it('leaves out words that the vocabulary cannot spell', () => {
    expect(language(copy(9), asciiTokenizer(), 'un café noir')).toEqual(['noir', 'un'])
    expect(language(copy(4), byteTokenizer(), 'café \ud800 x')).toEqual(['café', 'x'])
  })

  it('drops the choice that has nothing to copy, and refuses where nothing else is left', () => {
    const schema = { anyOf: [copy(9), { const: 0 }] }
    const tokenizer = asciiTokenizer()
    const constraint = createConstraint(compileSchema(schema), tokenizer, { prompt: '   ' })
    expect(pieces(tokenizer, allowed(constraint, tokenizer.size))).toEqual(['0'])
    expect(() => createConstraint(compileSchema(copy(9)), tokenizer, { prompt: '' })).toThrow(
      expect.objectContaining({ kind: 'mismatch' }),
    )
    expect(() => createConstraint(compileSchema(copy(9)), tokenizer)).toThrow(/prompt/)
    expect(() => createConstraint(compileSchema(copy(9)), tokenizer, { prompt: 'word '.repeat(9999) })).toThrow(
      expect.objectContaining({ kind: 'limit' }),
    )
  })

  it('keeps constraints of different prompts apart', () => {
    const tokenizer = asciiTokenizer()
    const grammar = compileSchema(copy(9))
    const [a, b] = ['one', 'two'].map((prompt) => createConstraint(grammar, tokenizer, { prompt }))
    for (const [constraint, word] of [
      [a, 'one'],
      [b, 'two'],
    ] as const)
      for (const id of tokenizer.encode(`"${word}"`)) constraint.accept(id)
    expect([a.done, b.done]).toEqual([true, true])
  })

  it('shares between prompts only what no prompt has to do with', () => {
    const tokenizer = asciiTokenizer(['["', '"on', '"tw', '["one"', '["two"'])
    const grammar = compileSchema({ type: 'array', items: { anyOf: [copy(9), { const: 0 }] } })
    const offered = (prompt: string) => {
      const constraint = createConstraint(grammar, tokenizer, { prompt })
      const first = pieces(tokenizer, allowed(constraint, tokenizer.size))
      constraint.accept(tokenizer.encode('[0')[0])
      return [first, pieces(tokenizer, allowed(constraint, tokenizer.size))]
    }
    const one = [
      ['[', '["', '["one"'],
      ['"', '"on', '0', ']'],
    ]
    const two = [
      ['[', '["', '["two"'],
      ['"', '"tw', '0', ']'],
    ]
    const none = [['['], ['0', ']']]
    for (const round of [1, 2]) {
      expect(offered('one'), `round ${round}`).toEqual(one)
      expect(offered('two')).toEqual(two)
      expect(offered(' ')).toEqual(none)
    }
  })
})
