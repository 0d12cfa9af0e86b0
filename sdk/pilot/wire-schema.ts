/**
 * JSON Schema of the wire form (./wire), for constrained decoding: a model held to it can only write valid actions.
 * gives  wireSchema · note  `x-copy` marks a string that must be a substring of the instruction, as it stands
 */
import { roverSkills } from './skills.js'

type Schema = Readonly<Record<string, unknown>>

/** Six digits are more than any range allows; what is too large is refused by ./wire. */
const amount: Schema = { type: 'number', minimum: -999999, maximum: 999999 }
const duration: Schema = { type: 'number', minimum: 0, maximum: 999999 }

const object = (skill: string, properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties: { skill: { const: skill }, ...properties },
  required: ['skill', ...Object.keys(properties)],
  additionalProperties: false,
})
/** A skill without quantities or copied words: as the table declares it. */
const declared = (skill: keyof typeof roverSkills): Schema => object(skill, roverSkills[skill].parameters.properties)
const units = (skill: string, value: Schema, sets: readonly (readonly string[])[]): Schema[] =>
  sets.map((keys) => object(skill, Object.fromEntries(keys.map((key) => [key, value]))))

/** Units that people say together, in the order in which they say them. */
export const lengthSets = [
  ['metres'],
  ['centimetres'],
  ['millimetres'],
  ['feet'],
  ['inches'],
  ['yards'],
  ['metres', 'centimetres'],
  ['feet', 'inches'],
  ['yards', 'feet'],
] as const
export const timeSets = [['seconds'], ['minutes'], ['hours'], ['minutes', 'seconds'], ['hours', 'minutes']] as const

const plain: readonly Schema[] = [
  ...units('drive', amount, lengthSets),
  object('turn', { degrees: amount }),
  declared('drive_until'),
  declared('goto'),
  declared('look'),
  declared('grip'),
  declared('arm'),
  declared('light'),
  ...units('wait', duration, timeSets),
  object('say', { text: { type: 'string', minLength: 2, maxLength: 42, 'x-copy': true, 'x-copy-lead': ' ' } }),
]

export const wireSchema: Schema = {
  type: 'array',
  minItems: 1,
  maxItems: 16,
  items: {
    anyOf: [
      ...plain,
      declared('stop'),
      object('repeat', {
        times: { type: 'integer', minimum: 2, maximum: 99 },
        actions: { type: 'array', minItems: 1, maxItems: 8, items: { anyOf: plain } },
      }),
      declared('refuse'),
    ],
  },
}
