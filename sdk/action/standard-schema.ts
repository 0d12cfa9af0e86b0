/**
 * The part of the Standard Schema convention (standardschema.dev, version 1) that skills use: zod, valibot, arktype fit.
 * gives  types, and what tells such a schema from a plain JSON Schema
 * after ./skill
 */
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
