import { describe, expect, it } from 'vitest'
import { compileSchema, Matcher } from '../../../sdk/grammar/index.js'

function accepts(
  schema: Parameters<typeof compileSchema>[0],
  text: string,
  options?: Parameters<typeof compileSchema>[1],
) {
  const matcher = new Matcher(compileSchema(schema, options))
  return matcher.walk(matcher.start, Buffer.from(text))?.complete === true
}

describe('compileSchema', () => {
  it.each([
    [{ type: 'string', format: 'email' }, 'format'],
    [{ type: 'array', uniqueItems: true }, 'uniqueItems'],
    [{ type: 'integer', minLength: 3 }, 'minLength'],
    [{ allOf: [{ type: 'string' }] }, 'allOf'],
    [{ not: { type: 'string' } }, 'not'],
    [{ type: 'object', patternProperties: {} }, 'patternProperties'],
    [{ type: 'string', pattern: '(a|b)*c' }, 'pattern'],
    [{ type: 'string', 'x-copi': true, 'x-copy-led': ' ' }, 'x-copy-led'],
    [{ anyOf: [{ type: 'string' }], minLength: 2 }, 'minLength'],
    [{ properties: { a: { type: 'array', items: { contains: 1 } } } }, 'contains'],
  ])('names the keyword it cannot hold to: %j', (schema, word) => {
    expect(() => compileSchema(schema)).toThrow(
      expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining(`"${word}"`) }),
    )
  })

  it.each([
    [false],
    [null as never],
    [{ type: 'strange' }],
    [{ type: [] }],
    [{ enum: [] }],
    [{ enum: [undefined] }],
    [{ type: 'string', minLength: -1 }],
    [{ type: 'number', multipleOf: 0 }],
    [{ type: 'number', minimum: Number.NaN }],
    [{ type: 'object', required: ['missing'] }],
    [{ $ref: '#/$defs/none' }],
    [{ $ref: 'http://elsewhere' }],
    [{ $ref: '#/%E0%A4%A' }],
    [{ const: 3, type: 'string' }],
  ])('refuses what is no schema: %j', (schema) => {
    expect(() => compileSchema(schema)).toThrow(expect.objectContaining({ kind: 'format' }))
  })

  it('refuses what nothing satisfies, and what leads nowhere', () => {
    const impossible = [
      { type: 'integer', minimum: 5, maximum: 4 },
      { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.1, multipleOf: 0.1 },
      { type: 'string', minLength: 3, maxLength: 2 },
      { type: 'array', minItems: 2, maxItems: 1 },
      { $defs: { a: { type: 'array', items: { $ref: '#/$defs/a' }, minItems: 1 } }, $ref: '#/$defs/a' },
    ]
    for (const schema of impossible)
      expect(() => compileSchema(schema), JSON.stringify(schema)).toThrow(expect.objectContaining({ kind: 'mismatch' }))
    const loop = { $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }, { type: 'null' }] } }, $ref: '#/$defs/a' }
    expect(() => compileSchema(loop)).toThrow(expect.objectContaining({ kind: 'unsupported' }))
  })

  it('has limits', () => {
    let deep: Record<string, unknown> = { type: 'null' }
    for (let i = 0; i < 300; i++) deep = { type: 'array', items: deep }
    const wide = { enum: Array.from({ length: 60_000 }, (_, i) => i) }
    const long = { const: 'x'.repeat(2 << 20) }
    const cyclic: Record<string, unknown> = { type: 'array' }
    cyclic.items = cyclic
    for (const schema of [deep, wide, long, cyclic, { type: 'array', minItems: 1e9 }]) {
      expect(() => compileSchema(schema)).toThrow(expect.objectContaining({ kind: 'limit' }))
    }
  })

  it('writes no whitespace, unless asked to allow a space', () => {
    const schema = { properties: { a: { type: 'array', items: { type: 'integer' } }, b: { type: 'null' } } }
    expect(accepts(schema, '{"a":[1,2],"b":null}')).toBe(true)
    expect(accepts(schema, '{"a": [1, 2], "b": null}')).toBe(false)
    expect(accepts(schema, '{"a": [1, 2], "b": null}', { spaces: true })).toBe(true)
    expect(accepts(schema, '{"a":[1,2],"b":null}', { spaces: true })).toBe(true)
    expect(accepts(schema, '{"a":  [1]}', { spaces: true })).toBe(false)
  })

  it('keeps properties in declared order, optional ones optional, others out', () => {
    const schema = { properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 } }, required: ['b'] }
    for (const text of ['{"b":2}', '{"a":1,"b":2}', '{"b":2,"c":3}', '{"a":1,"b":2,"c":3}'])
      expect(accepts(schema, text), text).toBe(true)
    for (const text of ['{}', '{"a":1}', '{"b":2,"a":1}', '{"b":2,"b":2}', '{,"b":2}', '{"b":2,}', '{"b":2,"d":4}'])
      expect(accepts(schema, text), text).toBe(false)
  })

  it('holds numbers to their range digit by digit', () => {
    const range = { type: 'number', minimum: -0.5, maximum: 12.25, multipleOf: 0.25 }
    for (const text of ['-0.5', '-0.25', '0', '0.00', '1.0', '12.25', '9', '10.75'])
      expect(accepts(range, text), text).toBe(true)
    for (const text of ['-0', '-0.0', '-1', '-0.75', '13', '12.5', '100', '01', '1.', '.5', '1e1', '+1', '0.1', ''])
      expect(accepts(range, text), text).toBe(false)
    const matcher = new Matcher(compileSchema(range))
    const dead = ['-1', '2.1', '12.3', '12.26', '13', '-0.6', '00', '1.000']
    for (const text of dead) expect(matcher.walk(matcher.start, Buffer.from(text)), text).toBe(null)
    expect(accepts({ type: 'integer', minimum: 1e15, maximum: Number.MAX_SAFE_INTEGER }, '9007199254740991')).toBe(true)
    expect(accepts({ type: 'integer', multipleOf: 2.5 }, '5')).toBe(true)
    expect(accepts({ type: 'integer', multipleOf: 2.5 }, '8')).toBe(false)
    expect(accepts({ type: 'number', minimum: 1e-7, maximum: 1e-6 }, '0.0000005')).toBe(true)
    expect(accepts({ type: 'number', exclusiveMinimum: 0, maximum: 1 }, '0')).toBe(false)
  })

  it('reads UTF-8 and escapes as JSON does, and counts characters', () => {
    const three = { type: 'string', minLength: 3, maxLength: 3 }
    for (const text of ['"a☃😀"', '"\\n\\u00e9\\""', '"\\\\\\/é"']) expect(accepts(three, text), text).toBe(true)
    for (const text of ['"ab"', '"abcd"', '"a\nb"', '"\\x12"', '"\\ud83d\\ude00a"', '"ab\\"'])
      expect(accepts(three, text), text).toBe(false)
    const matcher = new Matcher(compileSchema({ type: 'string' }))
    const quote = matcher.walk(matcher.start, Buffer.from('"'))
    for (const bytes of [
      [0x80],
      [0xc0, 0x80],
      [0xc1, 0xbf],
      [0xe0, 0x80],
      [0xed, 0xa0],
      [0xf0, 0x80],
      [0xf4, 0x90],
      [0xf5],
      [0xff],
    ]) {
      expect(matcher.walk(quote!, Uint8Array.from(bytes)), String(bytes)).toBe(null)
    }
  })

  it('knows the pattern of one character set', () => {
    expect(accepts({ type: 'string', pattern: '^[a-z \\-]{2,4}$' }, '"a -z"')).toBe(true)
    expect(accepts({ type: 'string', pattern: '^[a-z]{2,4}$', maxLength: 3 }, '"abcd"')).toBe(false)
    expect(accepts({ type: 'string', pattern: '^[^"\\\\]*$' }, '"a\\"b"')).toBe(false)
    expect(accepts({ type: 'string', pattern: '^\\d+$' }, '"0123"')).toBe(true)
    expect(accepts({ type: 'string', pattern: '^[é]$' }, '"é"')).toBe(true)
    expect(accepts({ type: 'string', pattern: '^[é]$' }, '"è"')).toBe(false)
  })

  it('follows recursion to the depth limit, and always comes back', () => {
    const tree = {
      $defs: {
        node: { properties: { next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } }, required: ['next'] },
      },
      $ref: '#/$defs/node',
    }
    const nested = (n: number): string => (n === 0 ? 'null' : `{"next":${nested(n - 1)}}`)
    expect(accepts(tree, nested(5), { maxDepth: 5 })).toBe(true)
    expect(accepts(tree, nested(6), { maxDepth: 5 })).toBe(false)
    expect(accepts({}, '['.repeat(32) + ']'.repeat(32))).toBe(true)
    expect(accepts({}, '[[{"":[1,"x",{"a":null}]}]]')).toBe(true)
    const matcher = new Matcher(compileSchema(true))
    expect(matcher.walk(matcher.start, Buffer.from('['.repeat(33)))).toBe(null)
    expect(matcher.walk(matcher.start, Buffer.from('['.repeat(32)))?.threads.length).toBeGreaterThan(0)
  })

  it('treats keys of a hostile schema as names', () => {
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"const":1},"a\\"b\\\\{}":{"const":2},"constructor":{"const":3}},"required":["__proto__"]}',
    )
    expect(accepts(schema, '{"__proto__":1,"a\\"b\\\\{}":2,"constructor":3}')).toBe(true)
    expect(() => compileSchema({ type: 'object', required: ['toString'] })).toThrow(
      expect.objectContaining({ kind: 'format' }),
    )
  })
})
