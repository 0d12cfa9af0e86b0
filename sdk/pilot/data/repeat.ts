/**
 * Ways to ask for the same thing several times, and things that come in pairs ("open and close the gripper").
 * gives  repeated(): a clause of skill `repeat`; `place` says where it may stand in an instruction
 */
import type { WireAction } from '../wire.js'
import { join } from './joiner.js'
import { often } from './number.js'
import { skillGroups } from './phrases/index.js'
import { type Clause, clause, fixed, type Group, group } from './phrases/phrase.js'
import { length } from './quantity.js'
import { Random } from './random.js'
import { compile, type Template } from './template.js'

/** anywhere: "turn left twice" · last: "three times: …" · first: "…, do that twice" (a new sentence must follow). */
export interface Repeated {
  readonly clause: Clause
  readonly place: 'anywhere' | 'last' | 'first'
  readonly open: boolean
  readonly ids: readonly string[]
}

const templates = (kind: string, texts: readonly string[]) => texts.map((text) => compile(`repeat/${kind}`, text))

const single = templates('single', [
  '{body} {times}',
  '{body} {times}',
  '{body}, {times}',
  '{body} {times} in a row',
  '{body} {times} in total',
  '{body}, {times} in a row',
  '{body} for a total of {times}',
  '{body} exactly {times}',
  '{body} a total of {times}',
  '{body} and do (that|it|this) {times}',
])
const before = templates('before', [
  '{times}: {body}',
  '{times}: {body}',
  '{times}, {body}',
  '{times} {body}',
  '<repeat> {times}: {body}',
  '<repeat> this {times}: {body}',
  '<do> this {times}: {body}',
  '<do> the following {times}: {body}',
  '<repeat> the following {times}: {body}',
  '<perform|execute> the following {times}: {body}',
  '<do> {times}: {body}',
  '<do> {times} the following: {body}',
  '{times} in a row: {body}',
  '<loop> {times}: {body}',
  '<do|perform> this sequence {times}: {body}',
  '<repeat> {times}, {body}',
  '<repeat> these steps {times}: {body}',
  '<run> this {times}: {body}',
  '<do> the next (steps|thing|things) {times}: {body}',
  '<do> all of this {times}: {body}',
  '<keep> doing this {times}: {body}',
  'for {times}: {body}',
  '{times} in total, {body}',
  '<repeat> {times} {body}',
])
const after = templates('after', [
  '{body}, do (that|this) {times}',
  '{body}, and do (that|this) {times}',
  '{body} and do (that|this|it) {times}',
  '{body}. do (that|this) {times}',
  '{body}, repeat (that|this) {times}',
  '{body}. repeat (that|this) {times}',
  '{body} and repeat (that|this|it) {times}',
  '{body}, {times}',
  '{body}. repeat {times}',
  '{body}, repeat {times}',
  '{body}; repeat {times}',
  '{body} {times} in a row',
  '{body}, all of that {times}',
  '{body}. do (all of that|the whole thing|all this|everything) {times}',
  '{body}, and (do|repeat) the whole (thing|sequence) {times}',
  '{body}. (perform|execute) this (sequence|) {times}',
  '{body}, {times} in total',
  '{body} - {times}',
  '{body} ({times})',
  '{body}. {times}',
])
/** Those that say what is repeated. */
const explicit = after.filter((t) =>
  / (?:do|repeat|perform|execute) /.test(t.expand(new Random(1), { body: '', times: '' }, 'plain')),
)
const shape = templates('shape', [
  '<drive*3|go|move> a square: {four} {body}',
  '<drive|make> a square, {four} {body}',
  '<drive|do|make> a square by doing this {four}: {body}',
  '<drive|trace> a square: {body}, {four}',
])

const pairGroup = (id: string, wire: readonly WireAction[], texts: readonly string[]): Group => ({
  ...fixed(`repeat/${id}`, 1, wire[0], texts),
  draw: () => ({ slots: {}, wire }),
})
const lamp = { on: { skill: 'light', state: 'on' }, off: { skill: 'light', state: 'off' } }
const grip = { open: { skill: 'grip', state: 'open' }, close: { skill: 'grip', state: 'close' } }
const arm = { up: { skill: 'arm', pose: 'up' }, down: { skill: 'arm', pose: 'down' } }
const gaze = (direction: string) => ({ skill: 'look', direction })

/** Two actions in one breath. */
export const couples: readonly Group[] = [
  pairGroup(
    'on-off',
    [lamp.on, lamp.off],
    [
      '<turn|switch> {the} {lamp} on and off',
      '<switch|turn> on and off {the} {lamp}',
      '!<blink|flash|flicker> {the} {lamp}',
      '!<flash|blink> with {the} {lamp}',
      '{the} {lamp} on and off',
    ],
  ),
  pairGroup(
    'off-on',
    [lamp.off, lamp.on],
    [
      '<turn|switch> {the} {lamp} off and on',
      '{the} {lamp} off and on',
      '<turn|switch> {the} {lamp} off and (on again|back on)',
    ],
  ),
  pairGroup(
    'open-close',
    [grip.open, grip.close],
    [
      '<open> and close {your} {claw}',
      '<open> and then close {your} {claw}',
      '<open> {your} {claw} and close it',
      '<open> {your} {claw} and close it again',
      '{claw} open and close',
    ],
  ),
  pairGroup(
    'close-open',
    [grip.close, grip.open],
    [
      '<close> and open {your} {claw}',
      '<close|shut> {your} {claw} and open it',
      '<close> and then open {your} {claw}',
      '<close|shut> {your} {claw} and open it again',
    ],
  ),
  pairGroup(
    'up-down',
    [arm.up, arm.down],
    [
      '<raise|lift> and lower {your} {limb}',
      '<raise|lift> {your} {limb} and lower it',
      '<move|put> {your} {limb} up and down',
      '<raise|lift> {your} {limb} and lower it again',
      '{limb} up and down',
    ],
  ),
  pairGroup(
    'down-up',
    [arm.down, arm.up],
    [
      '<lower> and raise {your} {limb}',
      '<lower> {your} {limb} and (raise|lift) it',
      '<move|put> {your} {limb} down and up',
    ],
  ),
  pairGroup(
    'left-right',
    [gaze('left'), gaze('right')],
    [
      '<look|glance> left and right',
      '<look> to the left and to the right',
      '<look> to your left and right',
      '<look> left and then right',
      '<turn|move> your (head|camera) left and right',
    ],
  ),
  pairGroup(
    'right-left',
    [gaze('right'), gaze('left')],
    ['<look|glance> right and left', '<look> to the right and to the left', '<look> right and then left'],
  ),
  pairGroup(
    'look-up-down',
    [gaze('up'), gaze('down')],
    ['<look|glance> up and down', '<look> up and then down', '<move|turn|tilt> your (head|camera) up and down'],
  ),
  pairGroup('look-down-up', [gaze('down'), gaze('up')], ['<look|glance> down and up', '<look> down and then up']),
]

const gazes: readonly (readonly [string, readonly string[]])[] = [
  ['left', ['left', 'to the left', 'to your left']],
  ['right', ['right', 'to the right', 'to your right']],
  ['up', ['up', 'upwards', 'at the ceiling']],
  ['down', ['down', 'at the floor', 'at the ground']],
  ['ahead', ['ahead', 'straight ahead', 'forward']],
  ['behind', ['behind you', 'back', 'behind']],
]

/** "Look left, right and up": one verb, several directions. */
const glances = group(
  'repeat/glances',
  5,
  (random) => {
    const [a, b, c] = Array.from({ length: 3 }, () => random.pick(gazes))
    const slots = { a: random.pick(a[1]), b: random.pick(b[1]), c: random.pick(c[1]) }
    return { slots: { ...slots, abc: `${slots.a}, ${slots.b}` }, wire: [gaze(a[0]), gaze(b[0]), gaze(c[0])] }
  },
  [
    '<look*3|glance|peek> {a}, {b} and {c}',
    '<look*3|glance|peek> {a}, {b}(,|) and then {c}',
    '<look*3|glance> {a}, then {b}, then {c}',
    '<look*3|glance> {a} then {b} and then {c}',
    '<look*3|glance> first {a}, then {b} and finally {c}',
  ],
)
const glimpses = group(
  'repeat/glimpses',
  6,
  (random) => {
    const [a, b] = Array.from({ length: 2 }, () => random.pick(gazes))
    return { slots: { a: random.pick(a[1]), b: random.pick(b[1]) }, wire: [gaze(a[0]), gaze(b[0])] }
  },
  [
    '<look*3|glance|peek> {a} and {b}',
    '<look*3|glance|peek> {a} and then {b}',
    '<look*3|glance|peek> {a} then {b}',
    '<look*3|glance> {a}, then {b}',
    '<look*3|glance> first {a} and then {b}',
    '<look*3|glance|peek> {a} before looking {b}',
  ],
)
const quarter = (side: string) => ({ skill: 'turn', degrees: side === 'left' ? 90 : -90 })
const twists = group(
  'repeat/twists',
  4,
  (random) => {
    const [a, b] = Array.from({ length: 2 }, () => random.pick(['left', 'right']))
    return { slots: { a, b }, wire: [quarter(a), quarter(b)] }
  },
  [
    '<turn*4|rotate|go> {a} and then {b}',
    '<turn*4|rotate|go> {a} then {b}',
    '<turn*4|rotate|go> {a}, then {b}',
    '<turn*4|rotate> first {a} and then {b}',
    '<turn*4|rotate> {a} and {b}',
    '{a}, then {b}',
    '{a} then {b}',
  ],
)
const shuttle = group(
  'repeat/shuttle',
  4,
  (random) => {
    const there = length(random)
    const back = length(random)
    const minus = Object.fromEntries(Object.entries(back.parts).map(([key, value]) => [key, -value]))
    return {
      slots: { there: there.text, return: back.text },
      wire: [
        { skill: 'drive', ...there.parts },
        { skill: 'drive', ...minus },
      ],
    }
  },
  [
    '<drive*3|go*3|move*3|roll> {fwd} {there} and {bwd} {return}',
    '<drive*3|go*3|move*3|roll> {there} {fwd} and {return} {bwd}',
    '<drive*3|go*3|move*3> {fwd} {there}, then {bwd} {return}',
    '<drive*3|go*3|move*3> {there} {fwd} and then {return} {bwd}',
    '<drive*3|go*3|move*3> {fwd} {there} then {bwd} {return}',
    '<drive|go> {there} {fwd}, {return} {bwd}',
  ],
)

/** Several actions in one clause. */
export const couple = (random: Random): Clause =>
  clause(random, [...couples, glances, glimpses, twists, shuttle], false)

const usable = skillGroups.filter(([skill]) => skill !== 'goto' && skill !== 'drive_until')

export const draw = (random: Random, held: boolean) =>
  clause(random, random.weighted(skillGroups.map(([, w, groups]) => [groups, w] as const)), held)

/** A repetition, held-out or not; undefined asks to draw again. */
export function repeated(random: Random, held: boolean): Repeated | undefined {
  const choose = (list: readonly Template[]) => random.pick(list.filter((t) => t.held === held))
  const times = random.chance(0.03) ? random.int(11, 60) : random.pick([2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10])
  const roll = random.next()
  if (roll < 0.04) return square(random, choose(shape.some((t) => t.held === held) ? shape : before))
  const couple = roll < 0.2
  const count = couple || roll < 0.55 ? 1 : random.chance(0.75) ? 2 : 3
  const steps = Array.from({ length: count }, () =>
    couple
      ? clause(random, couples, false)
      : clause(random, random.weighted(usable.map(([, w, groups]) => [groups, w] as const)), false),
  )
  const joined = join(random, steps, false)
  if (!joined) return undefined
  const last = steps[count - 1]
  const open = last.template.id.startsWith('say/plain')
  const pool = count === 1 && !open && random.chance(0.75) ? single : open || random.chance(0.45) ? before : after
  // "A and B twice" leaves open what is done twice, and so does "A. Then B, do that twice".
  const several = pool === after && count > 1
  if (several && /[.;!] |->|[-*>] |\d\)/.test(joined.text)) return undefined
  const template = choose(several ? explicit : pool)
  if (!template || (pool === after && count === 1 && open)) return undefined
  const seed = random.int(0, 2 ** 31)
  const bent = pool === single && steps[0].template.verb
  return {
    clause: {
      skill: 'repeat',
      template: bent ? { ...template, verb: true } : template,
      wire: [{ skill: 'repeat', times, actions: steps.flatMap((s) => s.wire) }],
      render: (form) => {
        const own = new Random(seed)
        const body = bent ? steps[0].render(form) : joined.text
        return template.expand(own, { body, times: often(times, own) }, form)
      },
    },
    place: pool === single ? 'anywhere' : pool === before ? 'last' : 'first',
    open: pool === before && open,
    ids: [template.id, ...steps.map((s) => s.template.id), ...joined.ids],
  }
}

/** "Drive a square: four times forward 1 m and turn left." */
function square(random: Random, template: Template): Repeated {
  const { text, parts } = length(random)
  const seed = random.int(0, 2 ** 31)
  const left = random.chance(0.7)
  const side = left ? 'left' : 'right'
  const body = random.pick([
    `forward ${text} and turn ${side}`,
    `drive ${text} and turn ${side}`,
    `go ${text}, turn ${side}`,
    `go forward ${text} then turn ${side} 90 degrees`,
    `${text} forward, turn ${side}`,
  ])
  return {
    clause: {
      skill: 'repeat',
      template,
      wire: [
        {
          skill: 'repeat',
          times: 4,
          actions: [
            { skill: 'drive', ...parts },
            { skill: 'turn', degrees: left ? 90 : -90 },
          ],
        },
      ],
      render: (form) => {
        const own = new Random(seed)
        const four = often(4, own)
        return template.expand(own, { body, four, times: four }, form)
      },
    },
    place: 'last',
    open: false,
    ids: [template.id],
  }
}
