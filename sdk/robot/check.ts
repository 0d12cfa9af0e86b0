/**
 * The last gate before the wire: is this action one of the skills, with every argument inside its range?
 * takes  an action of any origin, a SkillSet
 * gives  undefined when it may run, else a sentence that says what was expected and what was found
 */
import { actionSchema, checkValue, type SkillSet } from '../action/index.js'

/** Why this action may not run as it is, or undefined; nothing is clamped here. Never throws. */
export function violation(action: unknown, set: SkillSet): string | undefined {
  try {
    return wrong(action, set)
  } catch (error) {
    // Getters, big integers, cycles: whatever cannot even be read is not done.
    return `Expected an action that can be read but ${String(error)}`
  }
}

function wrong(action: unknown, { skills }: SkillSet): string | undefined {
  const name = (action as { skill?: unknown } | null | undefined)?.skill
  const skill = typeof name === 'string' ? skills.get(name) : undefined
  if (skill === undefined)
    return `Expected a skill of ${[...skills.keys()].join(', ')} but received ${JSON.stringify(name)?.slice(0, 60)}`
  const { refusal } = checkValue(actionSchema(skill, skills.values()), action, skill.name, false)
  return refusal && `Expected ${skill.name} as it is declared but ${refusal}`
}
