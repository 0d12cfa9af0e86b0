/**
 * Several actions in one breath: things that come in pairs ("open and close the gripper"), one verb with several
 * directions or places ("look left, right and up", "the stairs first, then the door").
 * gives  couples for ./repeat, couple() for ./generate
 */
import { type Place, places } from '../skills.js'
import type { WireAction } from '../wire.js'
import { names } from './phrases/goto.js'
import { type Clause, clause, fixed, type Group, group } from './phrases/phrase.js'
import { length } from './quantity.js'
import type { Random } from './random.js'

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
    '<turn*4|rotate|go|swivel> first {a}, then {b}',
    '<turn*4|rotate|go> {a}, {b}',
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
    '{fwd} {there}, {bwd} {return}',
    '{fwd} {there} and {bwd} {return}',
    '{fwd} {there} then {bwd} {return}',
    '{there} {fwd}, then {return} {bwd}',
    '{there} {fwd} and {return} {bwd}',
  ],
)

const called = (random: Random, place: Place) => {
  const name = random.pick(names[place])
  return random.chance(0.2) ? name.replace(/^(the|my|your|our|that) /, '') : name
}
const stops = (random: Random, count: number) => {
  const drawn = Array.from({ length: count }, () => random.pick(places))
  const [a, b, c = ''] = drawn.map((place) => called(random, place))
  return { slots: { a, b, c, ab: `${a}, ${b}` }, wire: drawn.map((place) => ({ skill: 'goto', place })) }
}
/** "The stairs first, then the door": one way, several places. */
const tours = [
  group('repeat/tour', 5, (random) => stops(random, 2), [
    '<go*4|drive*2|head|roll|run|travel> to {a} and then {b}',
    '<go*4|drive*2|head|roll|run|travel> to {a} and then to {b}',
    '<go*4|drive*2|head|roll|run|travel> to {a}, then {b}',
    '<go*4|drive*2|head|roll|run|travel> to {a}, then to {b}',
    '<go*4|drive*2|head> to {a} then {b}',
    '<go*4|drive*2|head> to {a} and {b}',
    '<go*4|drive*2|head> to {a} and from there to {b}',
    '<go*4|drive*2|head> first to {a}, then to {b}',
    '<go*4|drive*2|head> first to {a} and then to {b}',
    '<go*4|drive*2|head> to {a} first, then {b}',
    '<go*4|drive*2|head> to {a} first and then to {b}',
    '<visit*3|check> {a} and then {b}',
    '<visit> {a} first, then {b}',
    '<go> to {b}, but {a} first',
    '<go*3|drive|head> to {b}, but first to {a}',
    '<go*3|drive|head> to {b} after {a}',
    '<go*3|drive|head> to {a} before {b}',
    '{a} first, then {b}',
    '{a} first and then {b}',
    '{a} first, {b} second',
    '{a} first, and {b} after that',
    'first {a}, then {b}',
    'first {a} and then {b}',
    'first to {a}, then to {b}',
    'to {a} and then to {b}',
    'to {a}, then {b}',
    '{a}, then {b}',
    '{a} then {b}',
    '{b} after {a}',
  ]),
]
const tourOfThree = group('repeat/tour-of-three', 3, (random) => stops(random, 3), [
  '<go*4|drive*2|head|travel> to {ab} and {c}',
  '<go*4|drive*2|head|travel> to {ab}, and then {c}',
  '<go*4|drive*2|head> to {a}, then {b}, then {c}',
  '<go*4|drive*2|head> to {a}, then to {b} and then to {c}',
  '<go*4|drive*2|head> first to {a}, then to {b} and finally to {c}',
  '<visit> {ab} and {c}',
  '<visit> {a}, then {b}, then {c}',
  'first {a}, then {b}, then {c}',
  'first {a}, second {b}, third {c}',
  '{a} first, then {b}, then {c}',
  '{a}, then {b}, then {c}',
])

/** Several actions in one clause. */
export const couple = (random: Random): Clause =>
  clause(random, [...couples, glances, glimpses, twists, shuttle, ...tours, tourOfThree], false)
