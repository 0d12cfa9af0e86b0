/**
 * The arguments: declared ones only, of their types, finite, inside their ranges; then the schema's own validator.
 * takes  whether numbers are clamped · gives  a Check
 * before ../value-check · after ../guard
 */
import { isSchemaObject } from '../../grammar/schema.js'
import type { Action } from '../action.js'
import type { ReadySkill } from '../skill.js'
import { checkObject } from '../value-check.js'
import type { Finding, NewCheck } from './check.js'

export function argumentsCheck(clamp: boolean): NewCheck {
  return () => ({
    look({ skill: _name, ...rest }, skill) {
      const schema = { properties: skill.properties, required: skill.required }
      const { refusal, value, changes } = checkObject(schema, rest, skill.name, clamp)
      if (refusal !== undefined) return { refusal }
      return validated(skill, value as Readonly<Record<string, unknown>>, changes)
    },
  })
}

/** What JSON Schema cannot say (refinements), and what only the validator knows (defaults, transforms). */
function validated(
  { name, standard }: ReadySkill,
  value: Readonly<Record<string, unknown>>,
  changes: readonly string[],
): Finding {
  if (standard === undefined) return { action: { ...value, skill: name }, changes }
  const result = standard['~standard'].validate(value)
  if (result instanceof Promise) {
    result.catch(() => {})
    return { refusal: `${name} has a schema that answers later; use one that answers at once` }
  }
  if (result.issues !== undefined)
    return { refusal: `${name}: ${result.issues.map((issue) => issue.message).join('; ')}` }
  if (!isSchemaObject(result.value)) return { refusal: `${name} has a schema that gives no object` }
  const action: Action = { ...result.value, skill: name }
  return allFinite(action)
    ? { action, changes }
    : { refusal: `${name} has a schema that gives a number that is not finite` }
}

function allFinite(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  return depth < 16 && Object.values(value).every((inner) => allFinite(inner, depth + 1))
}
