/**
 * The Grammar of a schema object, compiled once: the masks that ./constrain keeps belong to a Grammar, so they live on too.
 * takes  a schema that nobody changes afterwards · gives  its Grammar, with the usual options
 * before ./compile · after ./constrain
 */
import { compileSchema } from './compile.js'
import type { Grammar } from './node.js'
import { isSchemaObject, type JsonSchema } from './schema.js'

const known = new WeakMap<object, Grammar>()

export function grammarOf(schema: JsonSchema): Grammar {
  // `true` is a schema too, and no key.
  if (!isSchemaObject(schema)) return compileSchema(schema)
  let grammar = known.get(schema)
  if (grammar === undefined) {
    grammar = compileSchema(schema)
    known.set(schema, grammar)
  }
  return grammar
}
