/**
 * The types that a schema names or implies, and whether a constant has one of them.
 * takes  a schema object · gives type names
 * before ./schema · after ./compile
 */
import { bad, isSchemaObject, own, type SchemaObject, type TypeName, WORDS } from './schema.js'

/** The declared types, or the one that the keywords imply; none for a schema without constraints. */
export function typesOf(schema: SchemaObject, path: string): TypeName[] {
  const type = own(schema, 'type')
  if (type === undefined) {
    if (own(schema, 'properties') !== undefined) return ['object']
    if (own(schema, 'items') !== undefined) return ['array']
    return own(schema, 'x-copy') === true ? ['string'] : []
  }
  const names = Array.isArray(type) ? type : [type]
  for (const name of names) {
    if (typeof name !== 'string' || !Object.hasOwn(WORDS, name))
      throw bad(`${path}/type`, Object.keys(WORDS).join(', '), name)
  }
  if (names.length === 0) throw bad(`${path}/type`, 'a type', type)
  return names.includes('number') ? names.filter((name) => name !== 'integer') : names
}

export function hasType(value: unknown, type: TypeName): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  return type === 'object' ? isSchemaObject(value) : typeof value === type
}
