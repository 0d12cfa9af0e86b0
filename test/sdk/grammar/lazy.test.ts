import { describe, expect, it } from 'vitest'
import { compileForm } from '../../../sdk/grammar/form.js'
import { Matcher } from '../../../sdk/grammar/index.js'
import { LazyConstraint, type LazyOptions } from '../../../sdk/grammar/lazy.js'
import type { Tokenizer } from '../../../sdk/tokenizer/tokenizer.js'
import { byteTokenizer } from './fake-tokenizer.js'

const pieces = [
  '<call>',
  'll>{"a"',
  'll>{"b"',
  '>{',
  '>x',
  '<call>{"a":1}',
  '<call>{"a":1}!',
  '<ca',
  ':1}',
  ':1}\n',
  'hello',
  'control',
]
const base = byteTokenizer(pieces)
const idOf = (piece: string) => base.idOf(piece) as number
const control = idOf('control')
/** The last piece is a control token. */
const tokenizer: Tokenizer = {
  ...base,
  isControl: (id) => id === control || base.isControl(id),
  bytes: (id) => (id === control ? new Uint8Array() : base.bytes(id)),
}
const held = {
  grammar: compileForm({ schema: { properties: { a: { type: 'integer', maximum: 9, minimum: 0 } }, required: ['a'] } }),
}
const anywhere: LazyOptions = {
  openers: [{ text: '<call>', where: 'anywhere', held }],
  ids: new Map([[control, held]]),
  again: true,
}

function behind(options: LazyOptions, ...ids: (number | string)[]) {
  const constraint = new LazyConstraint(tokenizer, options)
  for (const id of ids) constraint.accept(typeof id === 'number' ? id : idOf(id))
  const logits = new Float32Array(tokenizer.size).fill(1)
  constraint.mask(logits)
  const may = (piece: string | number) => logits[typeof piece === 'number' ? piece : idOf(piece)] === 1
  return { constraint, may, stop: may(tokenizer.eos as number), count: logits.filter((logit) => logit === 1).length }
}

describe('LazyConstraint', () => {
  it('leaves free text free, but for tokens that open a call and go on wrong', () => {
    const { may, stop, count } = behind(anywhere)
    expect([may('hello'), may('<call>'), may('<call>{"a":1}'), may(control), stop]).toEqual([
      true,
      true,
      true,
      true,
      true,
    ])
    expect(may('<call>{"a":1}!')).toBe(false)
    expect(count).toBe(tokenizer.size - 1)
    const begun = behind(anywhere, '<ca')
    expect([begun.may('ll>{"a"'), begun.may('ll>{"b"'), begun.may('>x')]).toEqual([true, false, true])
    const almost = behind(anywhere, '<ca', 'l', 'l')
    expect([almost.may('>{'), almost.may('>x'), almost.may('hello')]).toEqual([true, false, true])
  })

  it('holds what was opened, in whatever tokens, and lets go behind it', () => {
    for (const begin of [
      ['<call>', '{'],
      ['<ca', 'll>{"a"'],
      ['<ca', 'l', 'l', '>{'],
      [control, '{'],
    ]) {
      const { may, stop } = behind(anywhere, ...begin)
      expect([may('hello'), stop, may('<call>')]).toEqual([false, false, false])
    }
    const within = behind(anywhere, '<ca', 'll>{"a"')
    expect([within.may(':1}'), within.may(':1}\n')]).toEqual([true, false])
    for (const ids of [['<ca', 'll>{"a"', ':1}'], ['<call>{"a":1}']]) {
      const { may, stop } = behind(anywhere, ...ids)
      expect([may('hello'), may('<call>'), stop]).toEqual([true, true, true])
      const once = behind({ ...anywhere, again: false }, ...ids)
      expect(once.constraint.done).toBe(true)
      expect(once.count).toBe(1)
      expect(once.stop).toBe(true)
    }
  })

  it('refuses what mask() forbids', () => {
    for (const ids of [['<call>{"a":1}!'], ['<call>', 'hello'], ['<ca', 'll>{"b"']])
      expect(() => behind(anywhere, ...ids), ids.join()).toThrow(expect.objectContaining({ kind: 'mismatch' }))
  })

  it('opens at the start only where told so', () => {
    const options: LazyOptions = { ...anywhere, openers: [{ text: '<call>', where: 'start', held }] }
    expect(behind(options, '\n', ' ', '<call>').may('hello')).toBe(false)
    expect(behind(options, 'x', '<call>').may('hello')).toBe(true)
  })

  it('begins held where told so, with its token first', () => {
    expect(behind({ ...anywhere, begin: { held } })).toMatchObject({ stop: false, count: 1 })
    const { may, count } = behind({ ...anywhere, begin: { id: control, held } })
    expect([may(control), count]).toEqual([true, 1])
    expect(behind({ ...anywhere, begin: { id: control, held } }, control).count).toBe(1)
  })

  it('goes on by what was written, behind a token between', () => {
    const names = { grammar: compileForm({ any: ['a', 'b'] }), next: { id: control, held: (name: string) => of(name) } }
    const of = (name: string) => ({ grammar: compileForm({ schema: { const: name } }) })
    const options: LazyOptions = {
      openers: [{ text: '<call>', where: 'anywhere', held: names }],
      ids: new Map(),
      again: false,
    }
    const named = behind(options, '<call>', 'b')
    expect([named.may(control), named.stop, named.count]).toEqual([true, false, 1])
    expect(behind(options, '<call>').may(control)).toBe(false)
    const value = behind(options, '<call>', 'b', control, '"')
    expect([value.may('b'), value.may('a')]).toEqual([true, false])
    expect(behind(options, '<call>', 'b', control, '"', 'b', '"').constraint.done).toBe(true)
  })
})

it('forms are words with JSON between them', () => {
  const schema = { $ref: '#/$defs/n', $defs: { n: { type: 'integer', minimum: 0, maximum: 5 } } }
  const form = { all: ['<', { list: { schema }, between: { any: [',', '; '] }, most: 3 }, { any: ['>', '/>'] }] }
  const matcher = new Matcher(compileForm(form))
  const accepts = (text: string) => matcher.walk(matcher.start, Buffer.from(text))?.complete === true
  for (const text of ['<1>', '<1,2/>', '<1; 2,3>']) expect(accepts(text), text).toBe(true)
  for (const text of ['<>', '<6>', '<1,2,3,4>', '<1', '<1,>']) expect(accepts(text), text).toBe(false)
  expect(() => compileForm({ schema: { format: 'uri' } })).toThrow(/"format"/)
})
