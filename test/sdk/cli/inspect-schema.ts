/**
 * docs/inspect.schema.json as a check of `lutra inspect --json`.
 * gives  faults of a document · a book of which declared fields documents have shown, so that none stands there for nothing
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'

/** As far as the document uses it. */
export interface Schema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly required?: readonly string[]
  readonly items?: boolean | Schema
  readonly prefixItems?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
}

const path = join(import.meta.dirname, '../../../docs/inspect.schema.json')
export const inspectSchema: Schema = JSON.parse(readFileSync(path, 'utf8'))

const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(inspectSchema)

/** A document as a reader of the JSON gets it. */
export function asJson(document: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(document))
}

/** Empty where the document is as the schema says. */
export function faultsOf(document: unknown): readonly string[] {
  if (validate(document)) return []
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath || '/', message, JSON.stringify(params)].join(' '),
  )
}

export function resolve(schema: Schema): Schema {
  const name = schema.$ref?.slice('#/$defs/'.length)
  return name === undefined ? schema : resolve(inspectSchema.$defs![name])
}

/** Every declared field, once, with where it is declared. */
export function declaredFields(): ReadonlyMap<Schema, string> {
  const fields = new Map<Schema, string>()
  const walk = (schema: Schema, at: string) => {
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      fields.set(field, `${at}.${name}`)
      walk(field, `${at}.${name}`)
    }
    for (const inner of innerOf(schema)) walk(inner, at)
  }
  walk(inspectSchema, '')
  for (const [name, schema] of Object.entries(inspectSchema.$defs ?? {})) walk(schema, name)
  return fields
}

/** Notes in `seen` each declared field that the document has. */
export function see(document: unknown, seen: Set<Schema>, from: Schema = inspectSchema): void {
  const schema = resolve(from)
  if (Array.isArray(document)) {
    const each = schema.prefixItems?.length ? schema.prefixItems : innerOf(schema)
    for (const value of document) for (const inner of each) see(value, seen, inner)
    return
  }
  for (const option of schema.anyOf ?? []) see(document, seen, option)
  if (typeof document !== 'object' || document === null) return
  for (const [name, value] of Object.entries(document)) {
    const field = schema.properties?.[name]
    if (field) seen.add(field)
    for (const inner of field ? [field] : innerOf(schema)) see(value, seen, inner)
  }
}

function innerOf({ items, additionalProperties, patternProperties, anyOf }: Schema): readonly Schema[] {
  const inner = [items, additionalProperties, ...Object.values(patternProperties ?? {}), ...(anyOf ?? [])]
  return inner.filter((each): each is Schema => typeof each === 'object')
}
