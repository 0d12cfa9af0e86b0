/** The tables of a tokenizer.json are read by hand: the same as JSON.parse reads, in turns with others. */
import { describe, expect, it } from 'vitest'
import { atOnce } from '../../../hal/turns.js'
import { createTokenizer, createTokenizerInTurns } from '../../../sdk/tokenizer/index.js'
import { readTables } from '../../../sdk/tokenizer/json-tables.js'
import { beside, byteLevelJson } from './tiny-json.js'

const odd = [
  '"',
  '\\',
  '\\"',
  '"vocab":{',
  '"merges":[',
  '}',
  ']',
  ',',
  'é▁😀',
  '\ud800',
  '\n\t\u0000',
  '__proto__',
  '7',
  '',
]
const long = odd.map((piece) => `${piece}, longer than a copy: ${piece}`)
const vocab = Object.fromEntries([...odd, ...long].map((piece, i) => [piece, i * 1000]))
const order = Object.keys(vocab)
const strings = [...odd, ...long].map((piece) => `${piece} b`)
const pairs = [...odd, ...long].map((piece) => [piece, 'b'])

describe('readTables', () => {
  it.each([undefined, 2])('reads what JSON.parse reads (indented by %s)', (indent) => {
    for (const merges of [strings, pairs, []]) {
      const text = JSON.stringify({ a: ['"vocab":{'], model: { vocab, merges }, z: 1 }, undefined, indent)
      const tables = atOnce(readTables(text))
      expect(JSON.parse(tables.rest)).toEqual({ a: ['"vocab":{'], model: { vocab: 0, merges: 0 }, z: 1 })
      expect(tables.vocab).toEqual({ pieces: order, ids: order.map((piece) => vocab[piece]) })
      expect(tables.merges).toEqual(merges.length > 0 ? strings : [])
    }
  })

  it.each([
    ...['{"a":1.5}', '{"a":-1}', '{"a":1e3}', '{"a":01}', '{"a":12345678901}', '{"a":{"b":1}}', '{"a":"1"}', '{"a" 1}'],
    ...['{"a":1,}', '{"a":1', '{"a":1]', '{"\n":1}', '{"\\x":1}', '{"\\', '{"a', '{', '{a:1}', '{"a":}'],
  ])('leaves %j to JSON.parse', (table) => {
    const text = `{"vocab":${table}`
    expect(atOnce(readTables(text))).toEqual({ rest: text })
  })

  it.each(['["a",]', '[["a"]]', '[["a","b","c"]]', '[1]', '["a"', '[["a","b"', '["a":1]'])(
    'leaves merges %s too',
    (table) => {
      const text = `{"merges":${table}`
      expect(atOnce(readTables(text))).toEqual({ rest: text })
    },
  )
})

describe('createTokenizer', () => {
  const encode = (json: unknown) => createTokenizer(beside(json)).encode('hell hello')

  it('takes the tables of the model only, wherever others of their names lie', () => {
    const json = byteLevelJson()
    const usual = encode(json)
    const other = { vocab: { h: 5 }, merges: ['h h'] }
    expect(encode({ other, ...json })).toEqual(usual)
    expect(encode({ other, ...json, model: { ...json.model, type: undefined } })).toEqual(usual)
    const { vocab, ...model } = json.model
    const twice = JSON.stringify({ ...json, model: { vocab: { h: 5 }, ...model } })
      .replace(/}$/, '')
      .replace(/}$/, '')
    expect(encode(`${twice},"vocab":${JSON.stringify(vocab)}}}`)).toEqual(usual)
  })

  const large = byteLevelJson()
  for (let i = 0; i < 60_000; i++) {
    Object.assign(large.model.vocab, { [`piece${i}`]: 300 + i })
    large.model.merges.push(`piece ${i}`)
  }

  it('in turns with others: the same tokenizer', async () => {
    let turns = 0
    const ticking = setInterval(() => turns++)
    const tokenizer = await createTokenizerInTurns(beside(large))
    clearInterval(ticking)
    expect(turns).toBeGreaterThan(0)
    expect(tokenizer.idOf('piece59999')).toBe(60_299)
    expect(tokenizer.encode('hell')).toEqual(createTokenizer(beside(large)).encode('hell'))
  })

  it('in turns with others: until it is cancelled', async () => {
    const control = new AbortController()
    const made = createTokenizerInTurns(beside(large), control.signal)
    control.abort()
    await expect(made).rejects.toMatchObject({ name: 'LutraError', kind: 'cancelled' })
  })
})
