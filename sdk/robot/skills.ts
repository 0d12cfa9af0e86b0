/**
 * What a rover can be asked to do: the one table that grammar, guard, robot, protocol and pilot draw from.
 * gives  words and ranges, and roverSkills: name → { description, parameters }; RoverAction is their type
 * units  metres, degrees, seconds; forward and left positive (ROS)
 */
import type { ActionOf, Motion, Skills } from '../action/index.js'

/** Words travel to the board as their index (docs/rover-protocol.md) and are the pilot's tokens: append, never reorder. */
export const headings = ['forward', 'backward'] as const
export const events = ['wall', 'person', 'line', 'edge', 'sound'] as const
// biome-ignore format: one row of eight reads better than sixteen lines
export const places = [
  'kitchen', 'door', 'desk', 'charger', 'shelf', 'window', 'table', 'sofa',
  'bed', 'bathroom', 'hallway', 'garage', 'garden', 'office', 'stairs', 'corner',
] as const
export const gazes = ['ahead', 'left', 'right', 'up', 'down', 'behind'] as const
export const grips = ['open', 'close'] as const
export const poses = ['up', 'down', 'home'] as const
export const switches = ['on', 'off'] as const
export const reasons = ['out_of_scope', 'unsafe', 'unclear'] as const

/** Ranges in SI units; `step` is the grid that values are rounded to. Of `text`, characters. */
export const ranges = {
  metres: { minimum: -20, maximum: 20, step: 0.01 },
  degrees: { minimum: -720, maximum: 720, step: 0.1 },
  seconds: { minimum: 0, maximum: 3600, step: 0.1 },
  times: { minimum: 2, maximum: 10, step: 1 },
  text: { minimum: 1, maximum: 40 },
} as const

/** The rover's skills, in the order of the documentation. */
export const roverSkills = {
  drive: skill('drive straight; forward is positive', { metres: quantity('metres', 'm') }, { ahead: 'metres' }),
  turn: skill('turn on the spot; left is positive', { degrees: quantity('degrees', '°') }, { turn: 'degrees' }),
  drive_until: skill(
    'drive straight until something is met',
    { direction: { enum: headings }, event: { enum: events } },
    'open',
  ),
  goto: skill('drive to a known place', { place: { enum: places } }, { place: 'place' }),
  look: skill('point the camera', { direction: { enum: gazes } }),
  grip: skill('open or close the gripper', { state: { enum: grips } }),
  arm: skill('move the arm to a pose', { pose: { enum: poses } }),
  light: skill('switch the light', { state: { enum: switches } }),
  wait: skill('do nothing for a while', { seconds: quantity('seconds', 's') }, { wait: 'seconds' }),
  say: skill('say some words', {
    text: { type: 'string', minLength: ranges.text.minimum, maxLength: ranges.text.maximum },
  }),
  stop: { ...skill('emergency stop', {}), alone: true },
  repeat: skill('do a list of actions several times', {
    times: { type: 'integer', minimum: ranges.times.minimum, maximum: ranges.times.maximum },
    actions: { type: 'array', minItems: 1 },
  }),
  refuse: { ...skill('decline, and say why', { reason: { enum: reasons } }), alone: true },
} as const satisfies Skills

export type RoverAction = ActionOf<typeof roverSkills>

/** A skill that needs all of its arguments. What moves the base says how; the arm and the camera move on it. */
export function skill<const P extends Readonly<Record<string, Readonly<Record<string, unknown>>>>>(
  description: string,
  properties: P,
  motion: Motion = 'none',
) {
  const required = Object.keys(properties) as readonly (keyof P & string)[]
  const parameters = { type: 'object', properties, required, additionalProperties: false } as const
  return { description, parameters, motion } as const
}

function quantity(name: 'metres' | 'degrees' | 'seconds', unit: string) {
  const { minimum, maximum, step } = ranges[name]
  return { type: 'number', minimum, maximum, multipleOf: step, unit } as const
}
