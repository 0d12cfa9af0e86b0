/**
 * A repetition as the single actions it stands for; any other action as itself.
 * takes  an action that passed ./check, the skills · gives  { action, round } in order
 */
import type { Action, SkillSet } from '../action/index.js'

export function* unroll(
  action: Action,
  { skills }: SkillSet,
): Generator<{ readonly action: Action; readonly round?: number }> {
  if (!skills.get(action.skill)?.repeats) return yield { action }
  // Whatever it is called: a list `actions` makes a skill a repetition, and `times` says how often.
  const { times = 1, actions } = action as unknown as { times?: number; actions: readonly Action[] }
  for (let round = 1; round <= times; round++) for (const inner of actions) yield { action: inner, round }
}
