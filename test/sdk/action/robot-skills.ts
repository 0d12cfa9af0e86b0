/** A small robot's skills for the tests. */
import type { Skills } from '../../../sdk/action/index.js'

export const robotSkills: Skills = {
  drive: {
    parameters: {
      properties: { metres: { type: 'number', minimum: -20, maximum: 20, multipleOf: 0.01 } },
      required: ['metres'],
    },
  },
  look: { parameters: { properties: { direction: { enum: ['left', 'right'] } }, required: ['direction'] } },
  say: {
    parameters: { properties: { text: { type: 'string', minLength: 1, maxLength: 40 } }, required: ['text'] },
  },
  wait: {
    parameters: {
      properties: { seconds: { type: 'number', minimum: 0, maximum: 3600, multipleOf: 0.1 } },
      required: ['seconds'],
    },
  },
  stop: {},
  repeat: {
    parameters: {
      properties: {
        times: { type: 'integer', minimum: 2, maximum: 10 },
        actions: { type: 'array', minItems: 1, maxItems: 8 },
      },
      required: ['times', 'actions'],
    },
  },
}
