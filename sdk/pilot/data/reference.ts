/**
 * Steps that speak of an earlier one: "open the gripper, wait and close it again", "take the ball and bring it to …".
 * takes  the clauses of an instruction, at least two · changes two of them
 */
import { places } from '../skills.js'
import { names } from './phrases/goto.js'
import { type Clause, clause, fixed, type Group, group } from './phrases/phrase.js'
import type { Random } from './random.js'

const on = { skill: 'light', state: 'on' }
const off = { skill: 'light', state: 'off' }
const open = { skill: 'grip', state: 'open' }
const close = { skill: 'grip', state: 'close' }
const up = { skill: 'arm', pose: 'up' }
const down = { skill: 'arm', pose: 'down' }
const home = { skill: 'arm', pose: 'home' }

const again = '( again*2|)'
const bringing = group(
  'it/bring',
  2,
  (random) => {
    const place = random.pick(places)
    return { slots: { the: random.pick(names[place]) }, wire: [{ skill: 'goto', place }] }
  },
  [
    '<bring*3|carry*3|take*3|deliver|transport> it (over |)to {the}',
    '<drive|go|roll|move> (with it |)to {the}',
    '<bring|carry> it back to {the}',
    '<deliver|take|bring|fetch> (it|that|that thing) (over |back |straight |)to {the}',
    '<go|drive|head|roll|run> (over |back |)to {the} with (it|that)',
    '<move|haul|cart|lug> it (over |)to {the}',
  ],
)

/** What is named first, and how it is spoken of later. */
const pairs: readonly (readonly [Group, readonly Group[]])[] = [
  [
    fixed('it/opened', 3, open, ['<open*4|unclench|open up> (the|your) {claw}']),
    [
      fixed('it/close', 1, close, [
        `<close*4|shut*2> it${again}`,
        '<close|shut> it (back |)up',
        '<close|shut> it (tightly|firmly|fully|completely)',
      ]),
    ],
  ],
  [
    fixed('it/closed', 3, close, ['<close*4|shut|clench> (the|your) {claw}']),
    [fixed('it/open', 1, open, [`<open*4> it${again}`, '<open> it (back up|up|up again|wide|fully|completely)'])],
  ],
  [
    fixed('it/held', 5, close, ['<grab*3|take*2|pick up*4|grasp|lift up|hold|catch> {thing}', '<pick> {thing} up']),
    [
      fixed('it/drop', 3, open, [
        `<drop*3|release*3|let go of*2> it${again}`,
        '<let> it (go|drop|fall)',
        '<let> go of (it|the thing|that thing)',
        '<open> (the|your) {claw} to (release|drop) it',
        '<put|set|lay> it down( again| there|)',
        '<put|set|place|leave> it (on the floor|on the ground|there|here|back)',
        '<hand> it (over|to (me|her|him|them|my friend))',
        '<let> (that|it) go again',
        '<give> it (back|to me|to (her|him|them))',
      ]),
      bringing,
    ],
  ],
  [
    fixed('it/raised', 3, up, [
      '<raise*3|lift*3|put up|hoist> (the|your) {limb}',
      '<put|move|bring> (the|your) {limb} up',
    ]),
    [
      fixed('it/lower', 3, down, [
        `<lower*4|drop|let down> it${again}`,
        '<put|bring|move|take> it (down*2|back down*2|down again)',
        '<let> it (down|down again|sink)',
      ]),
      fixed('it/home', 1, home, [
        '<put|bring|move|send> it (home*2|back home|in the home position|to its home position|to the home position)',
        '<fold|tuck|stow|park> it( away|)',
        '<take|get> it (home|back home|to the home position|in its home position)',
      ]),
    ],
  ],
  [
    fixed('it/lowered', 2, down, ['<lower*4|drop> (the|your) {limb}', '<put|move|bring> (the|your) {limb} down']),
    [
      fixed('it/raise', 3, up, [
        `<raise*3|lift*3> it${again}`,
        '<put|bring|move|take> it (up*2|back up*2|up again)',
        '<lift|raise> it (up|back up)',
      ]),
      fixed('it/home-too', 1, home, [
        '<put|bring|move|send> it (home*2|back home|in the home position|to its home position)',
        '<fold|tuck|stow|park> it( away|)',
      ]),
    ],
  ],
  [
    fixed('it/lit', 4, on, [
      '<turn*3|switch*3|put> on (the|your) {lamp}',
      '<turn*3|switch*3> (the|your) {lamp} on',
      '(the|your) {lamp} on',
    ]),
    [
      fixed('it/unlit', 1, off, [
        '<turn*3|switch*3|shut> (it|them) off',
        '<turn|switch> (it|them) (off again|back off|out)',
        '<turn|switch> off again',
        '<switch|turn> off the {lamp} again',
        '<turn|switch|flick> (that|it) (off|back off)( again|)',
        '(off|out) again',
      ]),
    ],
  ],
  [
    fixed('it/dark', 2, off, [
      '<turn*3|switch*3> off (the|your) {lamp}',
      '<turn*3|switch*3> (the|your) {lamp} off',
      '(the|your) {lamp} off',
    ]),
    [
      fixed('it/relit', 1, on, [
        '<turn*3|switch*3> (it|them) (on|back on|on again)',
        '<switch|turn> on again',
        '<switch|turn> on the {lamp} again',
        '<turn|switch|flick> (that|it|them) back on( again|)',
      ]),
    ],
  ],
]

const devices = new Set(['grip', 'arm', 'light', 'goto', 'say', 'repeat'])

/** Puts such a pair into the list: next to each other, or with a step between that names nothing else. */
export function refer(random: Random, clauses: Clause[]): void {
  const [first, later] = random.weighted(pairs.map((pair) => [pair, pair[0].weight] as const))
  const at = random.int(0, clauses.length - 2)
  const between = clauses[at + 1]
  const gap = at + 2 < clauses.length && !devices.has(between.skill) && random.chance(0.6) ? 2 : 1
  const named = first.trained.length > 0 ? clause(random, [first], false) : undefined
  const groups = later.filter((g) => g.trained.length > 0)
  if (!named || groups.length === 0) return
  clauses[at] = named
  clauses[at + gap] = clause(random, groups, false)
}
