/**
 * The JSON Schema that can be held to while decoding: its words, its limits, and what is said about all other words.
 * takes  any value · gives a checked Schema
 * before ./compile
 */
import { LutraError } from '../../hal/error.js'

export type SchemaObject = Readonly<Record<string, unknown>>
/** `true` is any JSON value. */
export type JsonSchema = SchemaObject | boolean

/** Deepest nesting of a schema: it is walked recursively. */
export const MAX_SCHEMA_DEPTH = 256
/** Most nodes of a compiled grammar (an enum's value, a property, a type each cost a few). */
export const MAX_NODES = 50_000
/** Most bytes of keys, enum and const values in all. */
export const MAX_LITERAL_BYTES = 1 << 20
/** Largest minItems or minLength: beyond that the text is longer than any context. */
export const MAX_MINIMUM = 100_000

/** Words that describe and do not constrain. Those beginning with x- are the application's own. */
const NOTES = new Set(
  'title description default examples $schema $id $anchor $comment $defs definitions deprecated readOnly writeOnly unit'.split(
    ' ',
  ),
)

/** Words that constrain, by the type they belong to. */
export const WORDS = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength', 'pattern', 'x-copy', 'x-copy-lead'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  boolean: [],
  null: [],
} as const
export type TypeName = keyof typeof WORDS

/** Fails on the first word that is neither a note nor in `known`. */
export function checkWords(schema: SchemaObject, known: readonly string[], path: string): void {
  for (const word of Object.keys(schema)) {
    if (known.includes(word) || NOTES.has(word) || (word.startsWith('x-') && !word.startsWith('x-copy'))) continue
    const other = Object.values(WORDS).some((words) => (words as readonly string[]).includes(word))
    const why = other || ['type', 'enum', 'const', 'anyOf', 'oneOf', '$ref'].includes(word) ? 'here ' : ''
    throw new LutraError(
      'unsupported',
      `Expected keywords that decoding can be held to but found "${word}", which is not supported ${why}at ${path}; leave it out and check it afterwards`,
    )
  }
}

export function bad(path: string, expected: string, found: unknown): LutraError {
  return new LutraError('format', `Expected ${expected} at ${path} of the schema but found ${show(found)}`)
}

export function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A non-negative integer keyword, or its default. */
export function countOf(schema: SchemaObject, word: string, otherwise: number, path: string): number {
  const value = own(schema, word)
  if (value === undefined) return otherwise
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw bad(`${path}/${word}`, 'a whole number from 0', value)
  if (word.startsWith('min') && (value as number) > MAX_MINIMUM) {
    throw new LutraError('limit', `Expected at most ${MAX_MINIMUM} at ${path}/${word} but found ${value as number}`)
  }
  return value as number
}

/** A finite number keyword, or undefined. */
export function numberOf(schema: SchemaObject, word: string, path: string): number | undefined {
  const value = own(schema, word)
  if (value !== undefined && !Number.isFinite(value)) throw bad(`${path}/${word}`, 'a finite number', value)
  return value as number | undefined
}

/** Own properties only: a schema may be hostile. */
export function own(schema: SchemaObject, word: string): unknown {
  return Object.hasOwn(schema, word) ? schema[word] : undefined
}

function show(value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    text = undefined
  }
  return (text ?? String(value)).slice(0, 80)
}
