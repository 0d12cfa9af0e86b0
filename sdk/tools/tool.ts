/**
 * Tools that a general chat model may call, in the shape that OpenAI's API made common.
 * takes  functions with JSON Schema parameters · gives checked tools, and the types of calls and of what a chat answers
 * before sdk/grammar · after ./dialect, ./plan, ./reader, sdk/open/chat
 */
import { LutraError } from '../../hal/error.js'
import { actionSchema, type SkillSet } from '../action/index.js'
import { compileSchema } from '../grammar/compile.js'
import { isSchemaObject, type SchemaObject } from '../grammar/schema.js'

export interface Tool {
  readonly type: 'function'
  readonly function: {
    readonly name: string
    readonly description?: string
    /** JSON Schema of the arguments, an object. Calls are held to it while they are written. Default: no arguments. */
    readonly parameters?: SchemaObject
  }
}

/**
 * `auto`: the model decides. `none`: it is not told of the tools. `required`: it answers with at least one call.
 * `{ name }`: with exactly one, of that tool.
 */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }

export interface ToolCall {
  /** Nine letters and digits, as the strictest template wants it. Unlike any other of this process. */
  readonly id: string
  readonly name: string
  /** Valid by the tool's schema. */
  readonly arguments: Readonly<Record<string, unknown>>
}

/** A piece of an answer, in order: text as it comes, a call when it is whole. */
export type ChatPart =
  | { readonly text: string; readonly call?: undefined }
  | { readonly call: ToolCall; readonly text?: undefined }

/** A tool made ready. */
export interface ReadyTool {
  readonly name: string
  readonly description: string
  readonly parameters: SchemaObject
}

/** More than this is no list for a model; each costs tokens of its context. */
const MAX_TOOLS = 128
const NAME = /^[A-Za-z0-9_.-]{1,64}$/

/** Checks tools of any origin. A schema keyword that decoding cannot be held to is LutraError unsupported and named. */
export function readyTools(tools: readonly Tool[]): ReadyTool[] {
  if (!Array.isArray(tools)) throw new LutraError('format', 'Expected tools as a list but found none')
  if (tools.length > MAX_TOOLS)
    throw new LutraError('limit', `Expected at most ${MAX_TOOLS} tools but found ${tools.length}`)
  const ready = tools.map(readyTool)
  const names = new Set<string>()
  for (const { name } of ready) {
    if (names.has(name)) throw new LutraError('mismatch', `Expected each tool once but found "${name}" twice`)
    names.add(name)
  }
  return ready
}

function readyTool(tool: unknown): ReadyTool {
  const of = isSchemaObject(tool) ? tool.function : undefined
  if (!isSchemaObject(of) || typeof of.name !== 'string' || !NAME.test(of.name))
    throw new LutraError(
      'format',
      'Expected a tool as { type: "function", function: { name, description, parameters } } with a name of letters, digits, _ . and - but found another shape',
    )
  const { name, description = '', parameters = {} } = of
  if (typeof description !== 'string' || !isSchemaObject(parameters))
    throw new LutraError('format', `Expected "${name}" with a description and a schema but found others`)
  const schema: SchemaObject = { type: 'object', ...parameters }
  if (schema.type !== 'object')
    throw new LutraError('format', `Expected the parameters of "${name}" to be an object but found another type`)
  try {
    compileSchema(schema)
  } catch (cause) {
    if (!(cause instanceof LutraError)) throw cause
    throw new LutraError(cause.kind, `${cause.message} (parameters of the tool "${name}")`, { cause })
  }
  return { name, description, parameters: schema }
}

/** A robot's skills as tools: what is called goes through the guard as `{ skill: name, ...arguments }`. */
export function toolsOf({ skills }: SkillSet): Tool[] {
  return [...skills.values()].map((skill) => {
    const { properties, required } = actionSchema(skill, skills.values())
    const { skill: _name, ...rest } = properties as Record<string, SchemaObject>
    const parameters = {
      type: 'object',
      properties: rest,
      required: (required as string[]).filter((name) => name !== 'skill'),
      additionalProperties: false,
    }
    return { type: 'function', function: { name: skill.name, description: skill.description, parameters } }
  })
}
