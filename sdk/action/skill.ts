/**
 * What a robot can do, declared once: each skill with the schema of its arguments.
 * takes  JSON Schema or Standard Schema objects · gives a checked SkillSet, and the JSON Schema of a list of actions
 * before sdk/grammar · after ./guard, ./actions
 */
import { LutraError } from '../../hal/error.js'
import { compileSchema } from '../grammar/compile.js'
import { isSchemaObject, type SchemaObject } from '../grammar/schema.js'
import { isStandardSchema, type StandardSchema } from './standard-schema.js'

export interface Skill<Name extends string = string> {
  readonly name: Name
  readonly description?: string
  /** Schema of the arguments, an object without `skill`. A list `actions` without `items` holds other skills' actions. */
  readonly arguments?: SchemaObject | StandardSchema
  /** JSON Schema of the arguments, for a Standard Schema that cannot give one itself. */
  readonly json?: SchemaObject
}

/** A skill made ready: its arguments as JSON Schema properties. */
export interface ReadySkill {
  readonly name: string
  readonly properties: Readonly<Record<string, SchemaObject>>
  readonly required: readonly string[]
  readonly standard: StandardSchema | undefined
  /** Its argument `actions` holds a list of actions. */
  readonly repeats: boolean
}

export interface SkillSet {
  readonly skills: ReadonlyMap<string, ReadySkill>
  /** JSON Schema of what the model may write: a list of actions, in declared order of arguments. */
  readonly schema: SchemaObject
}

export interface SkillSetOptions {
  /** Most actions in one list. Default 16. */
  readonly maxActions?: number
}

/** Longest skill or argument name: names are written by the model again and again. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/

/**
 * Checks the skills and builds the schema of their actions. Names that repeat, arguments called `skill` and keywords that
 * decoding cannot be held to are errors here, before anything moves.
 */
export function skillSet(skills: readonly Skill[], options: SkillSetOptions = {}): SkillSet {
  const ready = new Map<string, ReadySkill>()
  for (const skill of skills) {
    if (!NAME.test(skill.name))
      throw new LutraError(
        'format',
        `Expected a skill name of letters, digits and _ but found ${JSON.stringify(skill.name)}`,
      )
    if (ready.has(skill.name))
      throw new LutraError('mismatch', `Expected each skill once but found "${skill.name}" twice`)
    ready.set(skill.name, makeReady(skill))
  }
  if (ready.size === 0) throw new LutraError('mismatch', 'Expected at least one skill but found none')
  const schema = listOf([...ready.values()], options.maxActions ?? 16)
  compileSchema(schema)
  return { skills: ready, schema }
}

function makeReady(skill: Skill): ReadySkill {
  const standard = isStandardSchema(skill.arguments) ? skill.arguments : undefined
  const json =
    skill.json ?? (standard === undefined ? ((skill.arguments ?? {}) as SchemaObject) : jsonOf(standard, skill.name))
  const extra = Object.keys(json).find(
    (word) =>
      !['type', 'properties', 'required', 'additionalProperties', '$schema', 'title', 'description'].includes(word),
  )
  if (
    extra !== undefined ||
    (json.type !== undefined && json.type !== 'object') ||
    (json.additionalProperties ?? false) !== false
  ) {
    throw new LutraError(
      'unsupported',
      `Expected the arguments of "${skill.name}" to be a closed object schema but found ${extra === undefined ? 'another type or additionalProperties' : `"${extra}"`}`,
    )
  }
  const properties = (json.properties ?? {}) as Record<string, SchemaObject>
  for (const [name, property] of Object.entries(properties)) {
    if (name === 'skill' || !NAME.test(name))
      throw new LutraError(
        'format',
        `Expected argument names of letters, digits and _, not "skill", but found ${JSON.stringify(name)} in "${skill.name}"`,
      )
    if (!isSchemaObject(property))
      throw new LutraError('format', `Expected a schema for "${name}" of "${skill.name}" but found none`)
  }
  const { actions } = properties
  const repeats = Object.hasOwn(properties, 'actions') && actions.type === 'array' && actions.items === undefined
  return { name: skill.name, properties, required: (json.required ?? []) as string[], standard, repeats }
}

function jsonOf(schema: StandardSchema, name: string): SchemaObject {
  const convert = schema['~standard'].jsonSchema
  if (convert === undefined) {
    throw new LutraError(
      'unsupported',
      `Expected the ${schema['~standard'].vendor} schema of "${name}" to give a JSON Schema but it cannot; pass one as "json" beside it`,
    )
  }
  return convert.input({ target: 'draft-2020-12' })
}

function listOf(skills: readonly ReadySkill[], maxItems: number): SchemaObject {
  const plain = skills.filter((skill) => !skill.repeats).map((skill) => objectOf(skill, undefined))
  const options = skills.map((skill) => objectOf(skill, { anyOf: plain }))
  return { type: 'array', minItems: 1, maxItems, items: { anyOf: options } }
}

function objectOf(skill: ReadySkill, inner: SchemaObject | undefined): SchemaObject {
  const properties: Record<string, SchemaObject> = { skill: { const: skill.name }, ...skill.properties }
  if (skill.repeats && inner !== undefined) properties.actions = { minItems: 1, ...properties.actions, items: inner }
  return { type: 'object', properties, required: ['skill', ...skill.required], additionalProperties: false }
}
