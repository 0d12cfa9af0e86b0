/**
 * A repeat as the single actions it stands for; any other action as itself.
 * takes  an action that passed ./check · gives  { action, round } in order
 */
import type { Action } from '../action/action.js'

export function* unroll(action: Action): Generator<{ readonly action: Action; readonly round?: number }> {
  if (action.skill !== 'repeat') return yield { action }
  const { times, actions } = action as unknown as { times: number; actions: readonly Action[] }
  for (let round = 1; round <= times; round++) for (const inner of actions) yield { action: inner, round }
}
