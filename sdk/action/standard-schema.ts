/**
 * The part of the Standard Schema convention (standardschema.dev, version 1) that skills use: zod, valibot, arktype fit.
 * gives  types, what tells such a schema from a plain JSON Schema, and its JSON Schema; knows none of the libraries
 * after ./skill
 */
import { LutraError } from '../../hal/error.js'
import { isSchemaObject, type SchemaObject } from '../grammar/schema.js'

export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
    /** The Standard JSON Schema extension: what can be turned into a grammar. */
    readonly jsonSchema?: { readonly input: (options: { target: string }) => Record<string, unknown> }
  }
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] }

export function isStandardSchema(schema: unknown): schema is StandardSchema {
  // ArkType's schemas are functions.
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return false
  return (schema as Partial<StandardSchema>)['~standard']?.version === 1
}

/** What each library calls turning itself into JSON Schema, where it does not speak the Standard JSON Schema extension. */
const METHODS = ['toJsonSchema', 'toJSONSchema']

/** JSON Schema of what the schema takes in (not of what it makes of that), for the skill of this name. */
export function jsonOf(schema: StandardSchema, name: string): SchemaObject {
  const { vendor, jsonSchema } = schema['~standard']
  const given = schema as unknown as Readonly<Record<string, unknown>>
  const method = METHODS.find((each) => typeof given[each] === 'function')
  if (jsonSchema === undefined && method === undefined)
    throw new LutraError(
      'unsupported',
      `Expected the ${vendor} schema of "${name}" to give a JSON Schema but it cannot; ${vendor === 'valibot' ? 'wrap it in toStandardJsonSchema of @valibot/to-json-schema, or ' : ''}pass one as "json" beside it`,
    )
  let json: unknown
  try {
    json = jsonSchema ? jsonSchema.input({ target: 'draft-2020-12' }) : (given[method as string] as () => unknown)()
  } catch (cause) {
    throw new LutraError(
      'unsupported',
      `Expected the ${vendor} schema of "${name}" to give a JSON Schema but it cannot: ${String(cause)}; use plainer types, or pass one as "json" beside it`,
      { cause },
    )
  }
  if (!isSchemaObject(json))
    throw new LutraError('format', `Expected a JSON Schema from the ${vendor} schema of "${name}" but found none`)
  return json
}
