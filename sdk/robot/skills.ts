/**
 * What a rover can be asked to do, as JSON Schemas: the one table that grammar, guard and robot share.
 * gives  roverSkills: name → { description, parameters } · actionsSchema(skills): the schema of a whole plan
 * units  metres, degrees, seconds; forward and left positive (ROS)
 */

/** The JSON Schema subset that skills use. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer'
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly anyOf?: readonly Schema[]
}

/** One skill. `alone`: it must be the only action of a plan. */
export interface Skill {
  readonly description: string
  readonly parameters: Schema
  readonly alone?: boolean
}

export type Skills = Readonly<Record<string, Skill>>

export const directions = ['forward', 'backward'] as const
export const events = ['wall', 'person', 'line', 'edge', 'sound'] as const
// biome-ignore format: one row of eight reads better than sixteen lines
export const places = [
  'kitchen', 'door', 'desk', 'charger', 'shelf', 'window', 'table', 'sofa',
  'bed', 'bathroom', 'hallway', 'garage', 'garden', 'office', 'stairs', 'corner',
] as const
export const looks = ['ahead', 'left', 'right', 'up', 'down', 'behind'] as const
export const grips = ['open', 'close'] as const
export const arms = ['up', 'down', 'home'] as const
export const lights = ['on', 'off'] as const
export const reasons = ['out_of_scope', 'unsafe', 'unclear'] as const

/** The skills that a `repeat` may hold. */
const simple = {
  drive: skill('drive straight; forward is positive', {
    metres: { type: 'number', minimum: -20, maximum: 20, multipleOf: 0.01 },
  }),
  turn: skill('turn on the spot; left is positive', {
    degrees: { type: 'number', minimum: -720, maximum: 720, multipleOf: 0.1 },
  }),
  drive_until: skill('drive until something is met', { direction: { enum: directions }, event: { enum: events } }),
  goto: skill('drive to a known place', { place: { enum: places } }),
  look: skill('point the camera', { direction: { enum: looks } }),
  grip: skill('open or close the gripper', { state: { enum: grips } }),
  arm: skill('move the arm to a pose', { pose: { enum: arms } }),
  light: skill('switch the light', { state: { enum: lights } }),
  wait: skill('do nothing for a while', { seconds: { type: 'number', minimum: 0, maximum: 3600, multipleOf: 0.1 } }),
  say: skill('say some words', { text: { type: 'string', minLength: 1, maxLength: 40 } }),
} as const satisfies Skills

/** The rover's skills, in the order of the documentation. */
export const roverSkills = {
  ...simple,
  stop: { ...skill('emergency stop', {}), alone: true },
  repeat: skill('do some actions several times', {
    times: { type: 'integer', minimum: 2, maximum: 10 },
    actions: { type: 'array', minItems: 1, items: { anyOf: Object.entries(simple).map(actionSchema) } },
  }),
  refuse: { ...skill('decline, and say why', { reason: { enum: reasons } }), alone: true },
} as const satisfies Skills

/** The schema of a plan: an array of actions, or one action that stands alone. */
export function actionsSchema(skills: Skills): Schema {
  const entries = Object.entries(skills)
  const free = entries.filter(([, s]) => !s.alone).map(actionSchema)
  const alone = entries.filter(([, s]) => s.alone).map(actionSchema)
  const plan: Schema = { type: 'array', minItems: 1, items: { anyOf: free } }
  return { anyOf: [plan, ...alone.map((items): Schema => ({ type: 'array', minItems: 1, maxItems: 1, items }))] }
}

/** The schema of one action: `{ skill: NAME, ...parameters }`. */
export function actionSchema([name, { parameters }]: readonly [string, Skill]): Schema {
  return {
    type: 'object',
    properties: { skill: { const: name }, ...parameters.properties },
    required: ['skill', ...(parameters.required ?? [])],
    additionalProperties: false,
  }
}

function skill(description: string, properties: Readonly<Record<string, Schema>>) {
  const required = Object.keys(properties)
  const parameters: Schema = { type: 'object', properties, required, additionalProperties: false }
  return { description, parameters }
}
