/** What a greenhouse can do, and when it does it by itself: the data of ./greenhouse. */
import type { Skills } from '../sdk/action/index.js'
import type { Rule } from '../sdk/iot/index.js'

const percent = { type: 'number', minimum: 0, maximum: 100 }
export const skills = {
  vent: { description: 'open the roof', parameters: { properties: { percent }, required: ['percent'] } },
  pump: {
    description: 'water the beds',
    parameters: { properties: { seconds: { type: 'number', minimum: 0, maximum: 30 } }, required: ['seconds'] },
  },
} as const satisfies Skills

export const all: Rule[] = [
  {
    name: 'heat',
    sensor: 'air',
    above: 30,
    hysteresis: 3,
    cooldownSeconds: 1,
    actions: [{ skill: 'vent', percent: 80 }],
  },
  {
    name: 'cold',
    sensor: 'air',
    below: 16,
    hysteresis: 3,
    cooldownSeconds: 1,
    actions: [{ skill: 'vent', percent: 0 }],
  },
  // More than the skill allows: the guard makes 30 s of it.
  {
    name: 'dry',
    sensor: 'soil',
    below: 25,
    hysteresis: 10,
    cooldownSeconds: 1,
    actions: [{ skill: 'pump', seconds: 90 }],
  },
]
