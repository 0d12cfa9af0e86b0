/** A small robot's skills for the tests. */
import type { Skill } from '../../../sdk/action/index.js'

export const robotSkills: Skill[] = [
  {
    name: 'drive',
    arguments: {
      properties: { metres: { type: 'number', minimum: -20, maximum: 20, multipleOf: 0.01 } },
      required: ['metres'],
    },
  },
  { name: 'look', arguments: { properties: { direction: { enum: ['left', 'right'] } }, required: ['direction'] } },
  {
    name: 'say',
    arguments: { properties: { text: { type: 'string', minLength: 1, maxLength: 40 } }, required: ['text'] },
  },
  {
    name: 'wait',
    arguments: {
      properties: { seconds: { type: 'number', minimum: 0, maximum: 3600, multipleOf: 0.1 } },
      required: ['seconds'],
    },
  },
  { name: 'stop' },
  {
    name: 'repeat',
    arguments: {
      properties: {
        times: { type: 'integer', minimum: 2, maximum: 10 },
        actions: { type: 'array', minItems: 1, maxItems: 8 },
      },
      required: ['times', 'actions'],
    },
  },
]
