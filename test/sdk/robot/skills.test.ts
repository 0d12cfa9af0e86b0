import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ReadySkill, skillSet } from '../../../sdk/action/index.js'
import { violation } from '../../../sdk/robot/check.js'
import { events, gazes, headings, places, roverSkills } from '../../../sdk/robot/skills.js'
import { unroll } from '../../../sdk/robot/unroll.js'

const set = skillSet(roverSkills)

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
  [{ skill: 'drive' }, /metres is missing/],
  [{ skill: 'drive', metres: 20.01 }, /-20\.\.20/],
  [{ skill: 'drive', metres: 0.005 }, /steps of 0.01/],
  [{ skill: 'drive', metres: Number.NaN }, /finite/],
  [{ skill: 'drive', metres: '1' }, /number/],
  [{ skill: 'drive', metres: 1, speed: 99 }, /speed is not an argument/],
  [{ skill: 'turn', degrees: 0.55 }, /0.1/],
  [{ skill: 'goto', place: 'moon' }, /none of .*kitchen/],
  [{ skill: 'wait', seconds: 3601 }, /0\.\.3600/],
  [{ skill: 'say', text: '' }, /0 characters/],
  [{ skill: 'say', text: 'x'.repeat(41) }, /41 characters/],
  [{ skill: 'repeat', times: 11, actions: [{ skill: 'turn', degrees: 1 }] }, /2\.\.10/],
  [{ skill: 'repeat', times: 2, actions: [] }, /0 items/],
  [{ skill: 'repeat', times: 2, actions: [{ skill: 'stop' }] }, /none of its forms/],
  [{ skill: 'repeat', times: 2, actions: [{ skill: 'repeat', times: 2, actions: [] }] }, /none of its forms/],
  [{ skill: 'repeat', times: 2, actions: [{ skill: 'drive', metres: 99 }] }, /-20\.\.20/],
]

test.each(good)('$skill is allowed', (action) => {
  expect(violation(action, set)).toBeUndefined()
})

test.each(bad)('%j is not', (action, message) => {
  expect(violation(action, set)).toMatch(message)
})

test('the table holds the thirteen skills and sixteen places of the documentation', () => {
  expect(Object.keys(roverSkills)).toEqual(
    'drive turn drive_until goto look grip arm light wait say stop repeat refuse'.split(' '),
  )
  expect(new Set(places).size).toBe(16)
})

/** A row of the table in docs/actions.md. */
function row({ name, description, properties, alone }: ReadySkill): string {
  const words = Object.entries(properties).map(([argument, of]) => {
    const unit = of.unit === undefined ? '' : ` ${of.unit}`
    const step = of.multipleOf === undefined ? '' : `, steps of ${of.multipleOf}`
    if (Array.isArray(of.enum)) return `\`${argument}\` ${of.enum.join(', ')}`
    if (of.type === 'string') return `\`${argument}\` ${of.minLength}..${of.maxLength} characters`
    return of.type === 'array' ? `\`${argument}\`` : `\`${argument}\` ${of.minimum}..${of.maximum}${unit}${step}`
  })
  return `| \`${name}\` | ${words.join(' · ')} | ${description}${alone ? '; alone' : ''} |`
}

test('the documentation says what the table says', () => {
  const doc = (name: string) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8')
  const table = [...set.skills.values()].map(row).join('\n')
  expect(doc('actions')).toContain(`${table}\n\n`)
  for (const words of [headings, events, places, gazes]) expect(doc('rover-protocol')).toContain(words.join(', '))
})

test('in the schema of a plan, stop and refuse stand alone', () => {
  const [plan, ...alone] = set.schema.anyOf as { items: { properties: unknown }; maxItems: number }[]
  expect(JSON.stringify(plan)).not.toMatch(/"(stop|refuse)"/)
  expect(alone).toMatchObject([
    { maxItems: 1, items: { properties: { skill: { const: 'stop' } } } },
    { maxItems: 1, items: { properties: { skill: { const: 'refuse' } } } },
  ])
})

test('a repeat is unrolled in order', () => {
  const actions = [
    { skill: 'turn', degrees: 90 },
    { skill: 'drive', metres: 1 },
  ]
  const rolled = [...unroll({ skill: 'repeat', times: 2, actions }, set)]
  expect(rolled.map(({ action, round }) => `${action.skill} ${round}`)).toEqual([
    'turn 1',
    'drive 1',
    'turn 2',
    'drive 2',
  ])
})
