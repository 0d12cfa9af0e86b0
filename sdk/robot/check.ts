/**
 * The last gate before the wire: is this action one of the skills, with every argument inside its range?
 * takes  an action of any origin · skills
 * gives  undefined when it may run, else a sentence that says what was expected and what was found
 */
import { actionSchema, type Schema, type Skills } from './skills.js'

/** Why this action may not run, or undefined. Own properties only: `constructor` is no skill. */
export function violation(action: unknown, skills: Skills): string | undefined {
  const name = (action as { skill?: unknown } | null)?.skill
  if (typeof name !== 'string' || !Object.hasOwn(skills, name))
    return `Expected a skill of ${Object.keys(skills).join(', ')} but received ${show(name)}`
  return check(action, actionSchema([name, skills[name]]), name)
}

function check(value: unknown, schema: Schema, at: string): string | undefined {
  const say = (wanted: string) => `Expected ${wanted} for ${at} but received ${show(value)}`
  if (schema.anyOf) {
    const chosen = byConst(schema.anyOf, value)
    return chosen ? check(value, chosen, at) : say('one of the allowed forms')
  }
  if ('const' in schema && value !== schema.const) return say(show(schema.const))
  if (schema.enum && !schema.enum.includes(value)) return say(`one of ${schema.enum.join(', ')}`)
  switch (schema.type) {
    case 'number':
    case 'integer':
      return number(value, schema, say)
    case 'string':
      return text(value, schema, say)
    case 'array':
      return list(value, schema, at, say)
    case 'object':
      return record(value, schema, at, say)
  }
}

function number(value: unknown, schema: Schema, say: (wanted: string) => string): string | undefined {
  const { minimum = -Infinity, maximum = Infinity, multipleOf } = schema
  if (typeof value !== 'number' || !Number.isFinite(value)) return say('a finite number')
  if (schema.type === 'integer' && !Number.isInteger(value)) return say('a whole number')
  if (value < minimum || value > maximum) return say(`${minimum} to ${maximum}`)
  // 0.07 is not 7 × 0.01 in binary, hence the tolerance of a millionth of a step.
  const steps = multipleOf ? value / multipleOf : 0
  if (Math.abs(steps - Math.round(steps)) > 1e-6) return say(`a multiple of ${multipleOf}`)
}

function text(value: unknown, schema: Schema, say: (wanted: string) => string): string | undefined {
  if (typeof value !== 'string') return say('text')
  const { minLength = 0, maxLength = Infinity, pattern } = schema
  const length = [...value].length
  if (length < minLength || length > maxLength) return say(`${minLength} to ${maxLength} characters`)
  if (pattern && !new RegExp(pattern, 'u').test(value)) return say(`text like ${pattern}`)
}

function list(value: unknown, schema: Schema, at: string, say: (wanted: string) => string): string | undefined {
  if (!Array.isArray(value)) return say('a list')
  const { minItems = 0, maxItems = Infinity, items } = schema
  if (value.length < minItems || value.length > maxItems) return say(`${minItems} to ${maxItems} entries`)
  if (!items) return
  for (const [i, entry] of value.entries()) {
    const wrong = check(entry, items, `${at}[${i}]`)
    if (wrong) return wrong
  }
}

function record(value: unknown, schema: Schema, at: string, say: (wanted: string) => string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return say('an object')
  const { properties = {}, required = [], additionalProperties } = schema
  for (const name of required) if (!Object.hasOwn(value, name)) return say(`"${name}"`)
  for (const [name, entry] of Object.entries(value)) {
    if (Object.hasOwn(properties, name)) {
      const wrong = check(entry, properties[name], `${at}.${name}`)
      if (wrong) return wrong
    } else if (additionalProperties === false) return say(`no "${name}"`)
  }
}

/** The alternative whose `const` members fit, so that the message speaks of the skill that was meant. */
function byConst(forms: readonly Schema[], value: unknown): Schema | undefined {
  return forms.find((form) =>
    Object.entries(form.properties ?? {}).every(
      ([name, { const: wanted }]) =>
        wanted === undefined || (value as Record<string, unknown> | null)?.[name] === wanted,
    ),
  )
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
