/** Random schemas together with random values that satisfy them. */
import * as fc from 'fast-check'

export interface Case {
  readonly schema: Record<string, unknown>
  readonly value: unknown
}

const text = fc.string({ unit: 'binary', maxLength: 12 }).map((s) => s.replace(/\p{Surrogate}/gu, '?'))
const key = fc.string({ unit: 'grapheme', maxLength: 5 }).filter((k) => k !== '__proto__')

const plain: fc.Arbitrary<Case> = fc.oneof(
  fc.constant({ schema: { type: 'null' }, value: null }),
  fc.boolean().map((value) => ({ schema: { type: 'boolean' }, value })),
  fc
    .record({ value: fc.integer({ min: -5000, max: 5000 }), below: fc.nat(300), above: fc.nat(300) })
    .map(({ value, below, above }) => ({
      schema: { type: 'integer', minimum: value - below, maximum: value + above },
      value,
    })),
  fc
    .record({ n: fc.integer({ min: -99999, max: 99999 }), d: fc.nat(4), room: fc.nat(100), multiple: fc.boolean() })
    .map(({ n, d, room, multiple }) => {
      const value = Number(`${n}e-${d}`)
      const more = multiple ? { multipleOf: Number(`1e-${d}`) } : {}
      return { schema: { type: 'number', minimum: value - room, exclusiveMaximum: value + room + 1, ...more }, value }
    }),
  fc.record({ value: text, below: fc.nat(3), above: fc.nat(3) }).map(({ value, below, above }) => ({
    schema: { type: 'string', minLength: Math.max(0, [...value].length - below), maxLength: [...value].length + above },
    value,
  })),
  fc
    .stringMatching(/^[a-f0-9é☃-]{1,9}$/u)
    .map((value) => ({ schema: { type: 'string', pattern: '^[a-f0-9é☃-]+$' }, value })),
  fc
    .record({ all: fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 1, maxLength: 4 }), pick: fc.nat() })
    .map(({ all, pick }) => ({
      schema: { enum: all },
      value: all[pick % all.length],
    })),
  fc.jsonValue({ maxDepth: 1 }).map((value) => ({ schema: { const: value }, value })),
)

/** Objects list their properties in declared order, as decoding writes them; negative zero is written as zero. */
export const anyCase: fc.Arbitrary<Case> = fc
  .letrec<{ tree: Case }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'case' },
      plain,
      fc
        .record({ item: tie('tree'), count: fc.nat(3), below: fc.nat(1), above: fc.option(fc.nat(2)) })
        .map(({ item, count, below, above }) => ({
          schema: {
            type: 'array',
            items: item.schema,
            minItems: Math.max(0, count - below),
            ...(above === null ? {} : { maxItems: count + above }),
          },
          value: Array.from({ length: count }, () => item.value),
        })),
      fc
        .uniqueArray(fc.record({ key, of: tie('tree'), required: fc.boolean(), there: fc.boolean() }), {
          maxLength: 4,
          selector: (m) => m.key,
        })
        .map((members) => {
          const properties = Object.fromEntries(members.map((m) => [m.key, m.of.schema]))
          const byKey = new Map(members.map((m) => [m.key, m]))
          // Integer-like keys come first in a JavaScript object, declared or not.
          const there = Object.keys(properties).flatMap((k) => {
            const m = byKey.get(k)
            return m !== undefined && (m.required || m.there) ? [[k, m.of.value]] : []
          })
          return {
            schema: {
              type: 'object',
              properties,
              required: members.filter((m) => m.required).map((m) => m.key),
              additionalProperties: false,
            },
            value: Object.fromEntries(there),
          }
        }),
      fc.record({ a: tie('tree'), b: tie('tree'), first: fc.boolean() }).map(({ a, b, first }) => ({
        schema: { anyOf: [a.schema, b.schema] },
        value: first ? a.value : b.value,
      })),
    ),
  }))
  .tree.map(({ schema, value }) => ({ schema, value: JSON.parse(JSON.stringify(value)) }))
