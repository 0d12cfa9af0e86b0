/**
 * The types behind `lutra inspect --json` and docs/inspect.schema.json, field by field: names, what may be absent, and the
 * words of closed lists. The compiler reads the types, which takes some seconds.
 */
import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { inspectSchema, resolve, type Schema } from './inspect-schema.js'

const root = join(import.meta.dirname, '../../..')
const files = ['look', 'inspect'].map((name) => join(root, `sdk/open/${name}.ts`))
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
)
const program = ts.createProgram(files, options)
const checker = program.getTypeChecker()

function typeNamed(file: string, name: string): ts.Type {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!
  const symbol = checker.getExportsOfModule(module).find((each) => each.name === name)!
  return checker.getDeclaredTypeOfSymbol(symbol)
}

const optional = ({ flags }: ts.Symbol) => (flags & ts.SymbolFlags.Optional) !== 0

/** Differences between a type and its schema. */
function differences(all: ts.Type, declared: Schema, at: string): readonly string[] {
  const schema = resolve(declared)
  const type = checker.getNonNullableType(all)
  if (checker.isTupleType(type))
    return checker
      .getTypeArguments(type as ts.TypeReference)
      .flatMap((each, i) => differences(each, schema.prefixItems?.[i] ?? {}, `${at}.${i}`))
  if (checker.isArrayType(type))
    return differences(checker.getTypeArguments(type as ts.TypeReference)[0], schema.items as Schema, `${at}[]`)
  const words = type.isUnion() && type.types.every((each) => each.isStringLiteral()) ? type.types : undefined
  if (words) return compared(words.map((word) => (word as ts.StringLiteralType).value).sort(), schema.enum, at)
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return []
  const open = checker.getIndexTypeOfType(type, ts.IndexKind.String)
  if (open) {
    const values = [schema.additionalProperties, ...Object.values(schema.patternProperties ?? {})]
    return values.flatMap((value) => (typeof value === 'object' ? differences(open, value, `${at}.*`) : []))
  }
  return fieldsCompared(checker.getPropertiesOfType(type), schema, at)
}

function fieldsCompared(fields: readonly ts.Symbol[], schema: Schema, at: string): readonly string[] {
  const told = (name: string, may: boolean) => `${name}${may ? '?' : ''}`
  const typed = fields.map((field) => told(field.name, optional(field)))
  const declared = Object.keys(schema.properties ?? {}).map((name) => told(name, !schema.required?.includes(name)))
  return [
    ...compared(typed.sort(), declared, at),
    ...fields.flatMap((field) =>
      differences(checker.getTypeOfSymbol(field), schema.properties?.[field.name] ?? {}, `${at}.${field.name}`),
    ),
  ]
}

function compared(typed: readonly string[], declared: readonly unknown[] | undefined, at: string): readonly string[] {
  const [a, b] = [typed.join(' '), [...(declared ?? [])].sort().join(' ')]
  return a === b ? [] : [`${at}: the type has ${a}, the schema ${b}`]
}

it('says of every field what its type says', () => {
  const around = checker.getPropertiesOfType(typeNamed(files[0], 'Around'))
  const inspection = checker.getPropertiesOfType(typeNamed(files[1], 'Inspection'))
  // Without MODEL there is none: the command leaves it out.
  const model = { ...inspectSchema, required: [...inspectSchema.required!, 'model'] }
  expect(fieldsCompared([...around, ...inspection], model, '')).toEqual([])
})
