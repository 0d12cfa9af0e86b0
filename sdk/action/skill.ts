/**
 * What a robot can do, declared once: each skill's name with the schema of its arguments.
 * takes  JSON Schema or Standard Schema objects · gives a checked SkillSet, and the JSON Schema of a list of actions
 * before sdk/grammar · after ./guard, ./actions, sdk/robot/skills
 */
import { LutraError } from '../../hal/error.js'
import { compileSchema } from '../grammar/compile.js'
import { grammarOf } from '../grammar/grammar-of.js'
import { isSchemaObject, type SchemaObject } from '../grammar/schema.js'
import type { Motion } from './guard/motion.js'
import { isStandardSchema, jsonOf, type StandardSchema } from './standard-schema.js'

export interface Skill {
  readonly description?: string
  /** Schema of the arguments, an object without `skill`. A list `actions` without `items` holds other skills' actions. */
  readonly parameters?: SchemaObject | StandardSchema
  /** JSON Schema of the arguments, for a Standard Schema that cannot give one itself. */
  readonly json?: SchemaObject
  /** It must be the only action of a plan. */
  readonly alone?: boolean
  /** A person must agree each time before it is done; see GuardOptions.confirm. */
  readonly confirm?: boolean
  /** How it moves the robot; needed where the guard has a fence or limits. */
  readonly motion?: Motion
  /** Arguments as one might write them, shown to general models. */
  readonly examples?: readonly Readonly<Record<string, unknown>>[]
}

/** Skills by name, the robot's own and a user's alike. */
export type Skills = Readonly<Record<string, Skill>>

/** A skill made ready: its arguments as JSON Schema properties. */
export interface ReadySkill {
  readonly name: string
  readonly description: string
  readonly properties: Readonly<Record<string, SchemaObject>>
  readonly required: readonly string[]
  readonly standard: StandardSchema | undefined
  readonly alone: boolean
  readonly confirm: boolean
  readonly motion: Motion | undefined
  readonly examples: readonly Readonly<Record<string, unknown>>[]
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
 * Checks the skills and builds the schema of their actions. Strange names, arguments called `skill` and keywords that
 * decoding cannot be held to are errors here, before anything moves.
 */
export function skillSet(skills: Skills, options: SkillSetOptions = {}): SkillSet {
  if (!isSchemaObject(skills as unknown))
    throw new LutraError('format', 'Expected skills as an object, name → { description, parameters }, but found none')
  const ready = new Map(Object.entries(skills).map(([name, skill]) => [name, makeReady(name, skill)]))
  if (ready.size === 0) throw new LutraError('mismatch', 'Expected at least one skill but found none')
  const schema = planOf([...ready.values()], options.maxActions ?? 16)
  // A skill at a time first: the message then tells which.
  for (const skill of ready.values()) checkSchema(skill, ready.values())
  // Kept for decoding.
  grammarOf(schema)
  return { skills: ready, schema }
}

/** JSON Schema of one action: `{ skill: NAME, ...arguments }`; the list of a repetition holds any of `all` that may be there. */
export function actionSchema(skill: ReadySkill, all: Iterable<ReadySkill>): SchemaObject {
  const properties: Record<string, SchemaObject> = { skill: { const: skill.name }, ...skill.properties }
  if (skill.repeats) {
    const inner = [...all].filter(({ repeats, alone }) => !repeats && !alone).map((other) => actionSchema(other, []))
    properties.actions = { minItems: 1, ...properties.actions, items: { anyOf: inner } }
  }
  return { type: 'object', properties, required: ['skill', ...skill.required], additionalProperties: false }
}

function makeReady(name: string, skill: Skill): ReadySkill {
  if (!NAME.test(name))
    throw new LutraError('format', `Expected a skill name of letters, digits and _ but found ${JSON.stringify(name)}`)
  if (!isSchemaObject(skill as unknown))
    throw new LutraError('format', `Expected "${name}" as { description, parameters } but found ${String(skill)}`)
  const standard = isStandardSchema(skill.parameters) ? skill.parameters : undefined
  const json =
    skill.json ?? (standard === undefined ? ((skill.parameters ?? {}) as SchemaObject) : jsonOf(standard, name))
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
      `Expected the parameters of "${name}" to be a closed object schema but found ${extra === undefined ? 'another type or additionalProperties' : `"${extra}"`}`,
    )
  }
  const properties = (json.properties ?? {}) as Record<string, SchemaObject>
  for (const [argument, property] of Object.entries(properties)) {
    if (argument === 'skill' || !NAME.test(argument))
      throw new LutraError(
        'format',
        `Expected argument names of letters, digits and _, not "skill", but found ${JSON.stringify(argument)} in "${name}"`,
      )
    if (!isSchemaObject(property))
      throw new LutraError('format', `Expected a schema for "${argument}" of "${name}" but found none`)
  }
  const { actions } = properties
  return {
    name,
    description: skill.description ?? '',
    properties,
    required: (json.required ?? []) as string[],
    standard,
    alone: skill.alone ?? false,
    confirm: skill.confirm ?? false,
    motion: skill.motion,
    examples: skill.examples ?? [],
    repeats: Object.hasOwn(properties, 'actions') && actions.type === 'array' && actions.items === undefined,
  }
}

function checkSchema(skill: ReadySkill, all: Iterable<ReadySkill>): void {
  try {
    compileSchema(actionSchema(skill, all))
  } catch (cause) {
    if (!(cause instanceof LutraError)) throw cause
    throw new LutraError(cause.kind, `${cause.message} (arguments of "${skill.name}")`, { cause })
  }
}

/** A list of actions, or one action that stands alone. */
function planOf(skills: readonly ReadySkill[], maxItems: number): SchemaObject {
  const list = (options: readonly ReadySkill[], most: number): SchemaObject => {
    const items = options.map((skill) => actionSchema(skill, skills))
    return { type: 'array', minItems: 1, maxItems: most, items: items.length === 1 ? items[0] : { anyOf: items } }
  }
  const free = skills.filter(({ alone }) => !alone)
  const plans = [
    ...(free.length > 0 ? [list(free, maxItems)] : []),
    ...skills.filter(({ alone }) => alone).map((skill) => list([skill], 1)),
  ]
  return plans.length === 1 ? plans[0] : { anyOf: plans }
}
