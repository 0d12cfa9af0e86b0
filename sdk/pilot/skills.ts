/**
 * The pilot's skills as data: what the embedded model may answer, in SI units (forward and left positive).
 * gives  the ranges and words, one JSON Schema a skill, and the Action type · after ./wire, ./wire-schema, ./data
 */

export const places = [
  'kitchen',
  'door',
  'desk',
  'charger',
  'shelf',
  'window',
  'table',
  'sofa',
  'bed',
  'bathroom',
  'hallway',
  'garage',
  'garden',
  'office',
  'stairs',
  'corner',
] as const
export const headings = ['forward', 'backward'] as const
export const events = ['wall', 'person', 'line', 'edge', 'sound'] as const
export const gazes = ['ahead', 'left', 'right', 'up', 'down', 'behind'] as const
export const grips = ['open', 'close'] as const
export const poses = ['up', 'down', 'home'] as const
export const switches = ['on', 'off'] as const
export const reasons = ['out_of_scope', 'unsafe', 'unclear'] as const

export type Place = (typeof places)[number]
export type Heading = (typeof headings)[number]
export type Event = (typeof events)[number]
export type Gaze = (typeof gazes)[number]
export type Reason = (typeof reasons)[number]

/** Ranges in SI units; `step` is the grid that values are rounded to. */
export const ranges = {
  metres: { minimum: -20, maximum: 20, step: 0.01 },
  degrees: { minimum: -720, maximum: 720, step: 0.1 },
  seconds: { minimum: 0, maximum: 3600, step: 0.1 },
  times: { minimum: 2, maximum: 10, step: 1 },
  text: { minimum: 1, maximum: 40 },
} as const

export type PilotAction =
  | { readonly skill: 'drive'; readonly metres: number }
  | { readonly skill: 'turn'; readonly degrees: number }
  | { readonly skill: 'drive_until'; readonly direction: Heading; readonly event: Event }
  | { readonly skill: 'goto'; readonly place: Place }
  | { readonly skill: 'look'; readonly direction: Gaze }
  | { readonly skill: 'grip'; readonly state: (typeof grips)[number] }
  | { readonly skill: 'arm'; readonly pose: (typeof poses)[number] }
  | { readonly skill: 'light'; readonly state: (typeof switches)[number] }
  | { readonly skill: 'wait'; readonly seconds: number }
  | { readonly skill: 'say'; readonly text: string }
  | { readonly skill: 'stop' }
  | { readonly skill: 'repeat'; readonly times: number; readonly actions: readonly PilotAction[] }
  | { readonly skill: 'refuse'; readonly reason: Reason }

export type SkillName = PilotAction['skill']

export interface Skill {
  readonly name: SkillName
  readonly description: string
  /** JSON Schema of the arguments (without `skill`). */
  readonly arguments: Readonly<Record<string, unknown>>
}

const number = (range: { minimum: number; maximum: number; step: number }, unit: string) => ({
  type: 'number',
  minimum: range.minimum,
  maximum: range.maximum,
  multipleOf: range.step,
  unit,
})
const one = (words: readonly string[]) => ({ enum: [...words] })
const skill = (name: SkillName, description: string, properties: Record<string, unknown>): Skill => ({
  name,
  description,
  arguments: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
})

/** Every skill, in the order of the documentation. */
export const skills: readonly Skill[] = [
  skill('drive', 'Drive straight; forward is positive.', { metres: number(ranges.metres, 'm') }),
  skill('turn', 'Turn on the spot; left is positive.', { degrees: number(ranges.degrees, '°') }),
  skill('drive_until', 'Drive straight until something is sensed.', { direction: one(headings), event: one(events) }),
  skill('goto', 'Go to a known place.', { place: one(places) }),
  skill('look', 'Point the camera.', { direction: one(gazes) }),
  skill('grip', 'Open or close the gripper.', { state: one(grips) }),
  skill('arm', 'Move the arm to a pose.', { pose: one(poses) }),
  skill('light', 'Switch the lamp.', { state: one(switches) }),
  skill('wait', 'Do nothing for a while.', { seconds: number(ranges.seconds, 's') }),
  skill('say', 'Say the words.', {
    text: { type: 'string', minLength: ranges.text.minimum, maxLength: ranges.text.maximum },
  }),
  skill('stop', 'Stop at once; always alone.', {}),
  skill('repeat', 'Do a list of actions several times; no repeat inside.', {
    times: { type: 'integer', minimum: ranges.times.minimum, maximum: ranges.times.maximum },
    actions: { type: 'array', minItems: 1, maxItems: 8 },
  }),
  skill('refuse', 'Not done, and why; always alone.', { reason: one(reasons) }),
]
