/**
 * Holds one argument to its schema, whatever made it: grammar, network or a person.
 * takes  a schema, a value, whether numbers may be clamped · gives the value with what was changed, or why it is refused
 * before ./skill · after ./guard
 */
import { parsePattern } from '../grammar/char-set.js'
import { isSchemaObject, type SchemaObject } from '../grammar/schema.js'

export interface Checked {
  readonly value?: unknown
  /** Why the value cannot be taken; then there is no value. */
  readonly refusal?: string
  /** What was changed, in words. */
  readonly changes: readonly string[]
}

/** Deepest argument: skills are flat, hostile input is not. */
const MAX_DEPTH = 16

export function checkValue(schema: unknown, value: unknown, name: string, clamp: boolean, depth = 0): Checked {
  if (schema === true) return ok(value)
  if (!isSchemaObject(schema)) return refuse(`${name} has no schema`)
  if (depth > MAX_DEPTH) return refuse(`${name} is nested deeper than ${MAX_DEPTH}`)
  if (schema.$ref !== undefined) return refuse(`${name} uses $ref, which arguments cannot`)
  const options = (schema.anyOf ?? schema.oneOf) as unknown[] | undefined
  if (options !== undefined) return checkOptions(options, value, name, clamp, depth)
  if (schema.const !== undefined || schema.enum !== undefined) {
    const all = (schema.enum ?? [schema.const]) as unknown[]
    const text = JSON.stringify(value)
    return all.some((one) => JSON.stringify(one) === text)
      ? ok(value)
      : refuse(`${name} is none of ${JSON.stringify(all).slice(0, 200)}`)
  }
  const types = Array.isArray(schema.type) ? (schema.type as string[]) : [schema.type as string | undefined]
  const type = types.find((t) => isType(value, t))
  if (type === undefined && !(types[0] === undefined && implied(schema, value)))
    return refuse(`${name} is not ${types.join(' or ')}`)
  if (typeof value === 'number') return checkNumber(schema, value, name, clamp)
  if (typeof value === 'string') return checkText(schema, value, name)
  if (Array.isArray(value)) return checkList(schema, value, name, clamp, depth)
  return isSchemaObject(value) ? checkObject(schema, value, name, clamp, depth) : ok(value)
}

/** The names and values of an object; required ones present, undeclared ones refused. */
export function checkObject(
  schema: SchemaObject,
  value: SchemaObject,
  name: string,
  clamp: boolean,
  depth = 0,
): Checked {
  const properties = (schema.properties ?? {}) as SchemaObject
  const missing = ((schema.required ?? []) as string[]).find((key) => !Object.hasOwn(value, key))
  if (missing !== undefined) return refuse(`${name}.${missing} is missing`)
  const out: [string, unknown][] = []
  const changes: string[] = []
  for (const key of Object.keys(value)) {
    const of = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties
    if (of === undefined || of === false) return refuse(`${name}.${key.slice(0, 64)} is not an argument`)
    const checked = checkValue(of, value[key], `${name}.${key}`, clamp, depth + 1)
    if (checked.refusal !== undefined) return checked
    out.push([key, checked.value])
    changes.push(...checked.changes)
  }
  return { value: Object.fromEntries(out), changes }
}

function checkOptions(
  options: readonly unknown[],
  value: unknown,
  name: string,
  clamp: boolean,
  depth: number,
): Checked {
  const option = meant(options, value)
  if (option !== undefined) return checkValue(option, value, name, clamp, depth + 1)
  // What fits as it is goes before what fits when clamped.
  for (const may of clamp ? [false, true] : [false]) {
    for (const option of options) {
      const checked = checkValue(option, value, name, may, depth + 1)
      if (checked.refusal === undefined) return checked
    }
  }
  return refuse(`${name} fits none of its forms`)
}

/** The only option whose constant members are the value's, so that the message speaks of what was meant. */
function meant(options: readonly unknown[], value: unknown): unknown {
  if (!isSchemaObject(value)) return undefined
  const fitting = options.filter((option) => {
    const properties = isSchemaObject(option) && isSchemaObject(option.properties) ? option.properties : {}
    const constants = Object.entries(properties).filter(([, of]) => isSchemaObject(of) && of.const !== undefined)
    return (
      constants.length > 0 &&
      constants.every(([key, of]) => Object.hasOwn(value, key) && value[key] === (of as SchemaObject).const)
    )
  })
  return fitting.length === 1 ? fitting[0] : undefined
}

function checkNumber(schema: SchemaObject, value: number, name: string, clamp: boolean): Checked {
  if (!Number.isFinite(value)) return refuse(`${name} is not finite`)
  const step = schema.multipleOf as number | undefined
  const above = schema.exclusiveMinimum as number | undefined
  const below = schema.exclusiveMaximum as number | undefined
  if ((above !== undefined && value <= above) || (below !== undefined && value >= below))
    return refuse(`${name} ${value} is out of range`)
  const least = (schema.minimum as number | undefined) ?? Number.NEGATIVE_INFINITY
  const most = (schema.maximum as number | undefined) ?? Number.POSITIVE_INFINITY
  let within = Math.min(Math.max(value, least), most)
  if (step !== undefined && !isMultiple(within, step)) {
    // Towards the inside where rounding would leave the range.
    within = rounded(within, step)
    if (within > most) within = rounded(within - step, step)
    if (within < least) within = rounded(within + step, step)
  }
  if (within === value) return ok(value === 0 ? 0 : value)
  if (!clamp || within < least || within > most)
    return refuse(`${name} ${value} is outside ${least}..${most}${step === undefined ? '' : ` in steps of ${step}`}`)
  return { value: within === 0 ? 0 : within, changes: [`${name} ${value} → ${within}`] }
}

/** Decimal steps are not exact in binary: close is a multiple. */
function isMultiple(value: number, step: number): boolean {
  const times = value / step
  return Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times))
}

function rounded(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toPrecision(12))
}

function checkText(schema: SchemaObject, value: string, name: string): Checked {
  const length = [...value].length
  if (
    length < ((schema.minLength as number) ?? 0) ||
    length > ((schema.maxLength as number) ?? Number.POSITIVE_INFINITY)
  ) {
    return refuse(`${name} has ${length} characters`)
  }
  if (schema.pattern === undefined) return ok(value)
  const pattern = parsePattern(String(schema.pattern))
  const fits =
    pattern !== undefined &&
    length >= pattern.min &&
    length <= pattern.max &&
    [...value].every((c) => pattern.set.has(c.codePointAt(0) as number))
  return fits ? ok(value) : refuse(`${name} does not match ${String(schema.pattern)}`)
}

function checkList(
  schema: SchemaObject,
  value: readonly unknown[],
  name: string,
  clamp: boolean,
  depth: number,
): Checked {
  if (
    value.length < ((schema.minItems as number) ?? 0) ||
    value.length > ((schema.maxItems as number) ?? Number.POSITIVE_INFINITY)
  ) {
    return refuse(`${name} has ${value.length} items`)
  }
  const out: unknown[] = []
  const changes: string[] = []
  for (const [i, item] of value.entries()) {
    const checked = checkValue(schema.items ?? true, item, `${name}[${i}]`, clamp, depth + 1)
    if (checked.refusal !== undefined) return checked
    out.push(checked.value)
    changes.push(...checked.changes)
  }
  return { value: out, changes }
}

function isType(value: unknown, type: string | undefined): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return typeof value === 'number' && (Number.isInteger(value) || !Number.isFinite(value))
  return type === 'object' ? isSchemaObject(value) : typeof value === type
}

/** A schema without a type: the one that its keywords mean, or any. */
function implied(schema: SchemaObject, value: unknown): boolean {
  if (schema.properties !== undefined) return isSchemaObject(value)
  if (schema.items !== undefined) return Array.isArray(value)
  return true
}

function ok(value: unknown): Checked {
  return { value, changes: [] }
}

function refuse(refusal: string): Checked {
  return { refusal, changes: [] }
}
