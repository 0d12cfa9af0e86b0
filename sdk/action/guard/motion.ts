/**
 * How a skill moves the robot, as far as a fence and limits need to know; declared with the skill.
 * gives  the Motion type, and what of it one action is
 * after ./fence, ./travel, ../skill
 */
import { LutraError } from '../../../hal/error.js'
import type { Action } from '../action.js'
import type { SkillSet } from '../skill.js'

/** Each names the argument that says how much. */
export type Motion =
  /** Straight ahead, metres; negative is backward. */
  | { readonly ahead: string }
  /** On the spot, degrees; positive is left. */
  | { readonly turn: string }
  /** To a place of this name. */
  | { readonly place: string }
  /** To a point of the fence's frame, metres: an arm's tool, a gantry. */
  | { readonly point: { readonly x: string; readonly y: string; readonly z?: string } }
  /** Stays where it is, for so many seconds. */
  | { readonly wait: string }
  /** Stays where it is. */
  | 'none'
  /** Nobody can say beforehand how far. */
  | 'open'

/** The motion of every skill; those that say nothing are an error, for a fence with a hole is none. */
export function motionsOf(
  { skills }: SkillSet,
  given: Readonly<Record<string, Motion>> = {},
): ReadonlyMap<string, Motion> {
  const motions = new Map<string, Motion>()
  for (const { name, motion, repeats } of skills.values()) {
    const found = Object.hasOwn(given, name) ? given[name] : motion
    if (found !== undefined) motions.set(name, found)
    else if (!repeats && name !== 'stop' && name !== 'refuse')
      throw new LutraError(
        'mismatch',
        `Expected every skill to say how it moves where a fence or limits are set but "${name}" does not; declare its motion, "none" if it stays where it is`,
      )
  }
  return motions
}

/** A number argument; NaN where it is none, which no comparison lets through. */
export function amount(action: Action, argument: string): number {
  const value = Object.hasOwn(action, argument) ? action[argument] : undefined
  return typeof value === 'number' ? value : Number.NaN
}
