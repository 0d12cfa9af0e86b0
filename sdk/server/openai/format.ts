/**
 * `response_format`: the JSON schema that the answer is held to while it is written.
 * takes  Fields · gives  a schema that is known to compile, or none; a Fault 400 that names the keyword
 * before sdk/grammar · after ./chat
 */
import { LutraError } from '../../../hal/error.js'
import { grammarOf, type SchemaObject } from '../../grammar/index.js'
import type { Json, JsonObject } from '../../model/json.js'
import { invalid } from '../fault.js'
import type { Fields } from './fields.js'

/** Schemas whose grammars are kept: a client sends its own again and again. */
const mostKept = 16
/** Characters of a schema: compiling holds up everyone, a quarter of a second for the worst of this length. */
const longestSchema = 64 << 10

const anyObject: SchemaObject = { type: 'object', additionalProperties: true }

/** Of one server: schemas by their text. */
export class Formats {
  readonly #kept = new Map<string, SchemaObject>()

  of(fields: Fields): SchemaObject | undefined {
    const format = fields.object('response_format')
    if (!format) return undefined
    const type = format.needs('type', format.choice('type', ['text', 'json_object', 'json_schema']))
    if (type === 'text') return undefined
    if (type === 'json_object') return anyObject
    const given = format.needs('json_schema', format.object('json_schema'))
    const schema = given.needs('schema', given.object('schema'))
    return this.compiled(schema.all, schema.path)
  }

  /** The same object for the same schema, so that its grammar and masks are found again. */
  compiled(schema: JsonObject, path: string): SchemaObject {
    const text = textWithin(schema, longestSchema, path)
    const known: SchemaObject = this.#kept.get(text) ?? schema
    try {
      grammarOf(known)
    } catch (fault) {
      if (fault instanceof LutraError) throw invalid(path, fault.message, `${fault.kind}_schema`)
      throw fault
    }
    this.#kept.delete(text)
    this.#kept.set(text, known)
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value as string)
    return known
  }
}

/** The JSON of what will be compiled, or a Fault 400 where it is too long for that. */
export function textWithin(value: Json, most: number, path: string): string {
  const text = JSON.stringify(value)
  if (text.length <= most) return text
  throw invalid(
    path,
    `Expected ${path} of at most ${most} characters but found ${text.length}; shorten it`,
    'string_above_max_length',
  )
}
