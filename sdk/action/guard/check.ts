/**
 * The contract of one look at an action: a limit of its own, which knows nothing of the others.
 * gives  Check, and what it finds
 * after ./arguments, ./preconditions, ./fence, ./travel, ./deadline, ./count, ./rate; ../guard asks them in order
 */
import type { Action } from '../action.js'
import type { ReadySkill } from '../skill.js'

/** Nothing: it may be done as it is. Otherwise why not, or what may be done instead and what was changed, in words. */
export type Finding =
  | undefined
  | { readonly refusal: string }
  | { readonly action: Action; readonly changes: readonly string[] }

/** One plan's check. May throw: then the action is refused. */
export interface Check {
  /** Judges an action as the checks before left it. Changes nothing: it may be asked again about the same action. */
  look(action: Action, skill: ReadySkill): Finding
  /** All checks have let it through: it will be done. */
  pass?(action: Action, skill: ReadySkill): void
}

/** Begins a plan at this time (milliseconds). */
export type NewCheck = (begun: number) => Check
