import { expect, test } from 'vitest'
import { violation } from '../../../sdk/robot/check.js'
import { actionsSchema, places, roverSkills, type Schema } from '../../../sdk/robot/skills.js'
import { unroll } from '../../../sdk/robot/unroll.js'

const good = [
  { skill: 'drive', metres: -20 },
  { skill: 'drive', metres: 0.07 },
  { skill: 'turn', degrees: 720 },
  { skill: 'drive_until', direction: 'backward', event: 'edge' },
  { skill: 'goto', place: 'kitchen' },
  { skill: 'look', direction: 'behind' },
  { skill: 'grip', state: 'close' },
  { skill: 'arm', pose: 'home' },
  { skill: 'light', state: 'off' },
  { skill: 'wait', seconds: 0.3 },
  { skill: 'say', text: 'ä'.repeat(40) },
  { skill: 'stop' },
  { skill: 'repeat', times: 2, actions: [{ skill: 'turn', degrees: 90 }] },
  { skill: 'refuse', reason: 'unclear' },
]
const bad: [unknown, RegExp][] = [
  [null, /a skill of drive/],
  ['drive', /a skill of drive/],
  [{ skill: 'fly' }, /"fly"/],
  [{ skill: 'constructor' }, /"constructor"/],
  [{ skill: '__proto__' }, /__proto__/],
  [{ skill: 'drive' }, /"metres"/],
  [{ skill: 'drive', metres: 20.01 }, /-20 to 20/],
  [{ skill: 'drive', metres: 0.005 }, /multiple of 0.01/],
  [{ skill: 'drive', metres: Number.NaN }, /finite/],
  [{ skill: 'drive', metres: '1' }, /finite/],
  [{ skill: 'drive', metres: 1, speed: 99 }, /no "speed"/],
  [{ skill: 'turn', degrees: 0.55 }, /0.1/],
  [{ skill: 'goto', place: 'moon' }, /one of kitchen/],
  [{ skill: 'wait', seconds: 3601 }, /0 to 3600/],
  [{ skill: 'say', text: '' }, /1 to 40/],
  [{ skill: 'say', text: 'x'.repeat(41) }, /1 to 40/],
  [{ skill: 'repeat', times: 11, actions: [{ skill: 'turn', degrees: 1 }] }, /2 to 10/],
  [{ skill: 'repeat', times: 2, actions: [] }, /entries/],
  [{ skill: 'repeat', times: 2, actions: [{ skill: 'stop' }] }, /allowed forms/],
  [{ skill: 'repeat', times: 2, actions: [{ skill: 'repeat', times: 2, actions: [] }] }, /allowed forms/],
  [{ skill: 'repeat', times: 2, actions: [{ skill: 'drive', metres: 99 }] }, /-20 to 20/],
]

test.each(good)('$skill is allowed', (action) => {
  expect(violation(action, roverSkills)).toBeUndefined()
})

test.each(bad)('%j is not', (action, message) => {
  expect(violation(action, roverSkills)).toMatch(message)
})

test('the table holds the thirteen skills and sixteen places of the documentation', () => {
  expect(Object.keys(roverSkills)).toEqual(
    'drive turn drive_until goto look grip arm light wait say stop repeat refuse'.split(' '),
  )
  expect(new Set(places).size).toBe(16)
})

test('in the schema of a plan, stop and refuse stand alone', () => {
  const { anyOf } = actionsSchema(roverSkills)
  const names = anyOf!.map((plan) => (plan.items!.anyOf ?? [plan.items!]).map((a: Schema) => a.properties?.skill.const))
  expect(names[0]).not.toContain('stop')
  expect(names.slice(1)).toEqual([['stop'], ['refuse']])
  expect(anyOf!.slice(1).every((plan) => plan.maxItems === 1)).toBe(true)
})

test('a repeat is unrolled in order', () => {
  const actions = [
    { skill: 'turn', degrees: 90 },
    { skill: 'drive', metres: 1 },
  ]
  const rolled = [...unroll({ skill: 'repeat', times: 2, actions })]
  expect(rolled.map(({ action, round }) => `${action.skill} ${round}`)).toEqual([
    'turn 1',
    'drive 1',
    'turn 2',
    'drive 2',
  ])
})
