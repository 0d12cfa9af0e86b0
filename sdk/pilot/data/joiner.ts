/**
 * How steps become one instruction: chains ("…, then …"), lists ("first …"), and orders told backwards
 * ("before you …, …"). takes clauses in the order of execution · gives  text; ids tell the split what was used
 */
import type { Clause } from './phrases/phrase.js'
import { hash, type Random } from './random.js'
import { HELD_SHARE } from './template.js'

/** Between two steps; the second stays plain, or becomes "…ing". */
interface Joiner {
  readonly text: string
  readonly ing?: boolean
  /** Only after the last comma, or never with what follows. */
  readonly last?: boolean
  readonly weight: number
}

const joiners: readonly Joiner[] = [
  [', ', 7],
  [' and ', 7],
  [', and ', 4],
  [' then ', 5],
  [', then ', 9],
  [' and then ', 9],
  [', and then ', 4],
  ['. ', 7],
  ['. then ', 6],
  ['; ', 1.2],
  ['; then ', 0.8],
  [' - ', 0.4],
  [' -> ', 0.3],
  [' & ', 0.5],
  [' + ', 0.3],
  [', after that ', 2],
  [', after that, ', 1],
  [' after that ', 1],
  ['. after that ', 2],
  ['. after that, ', 1.5],
  [' and after that ', 1.5],
  [', next ', 1],
  ['. next ', 1],
  ['. next, ', 1],
  ['. now ', 1],
  [', now ', 0.5],
  [', afterwards ', 1],
  ['. afterwards ', 1],
  [' and afterwards ', 0.8],
  ['. afterward, ', 0.4],
  [' and next ', 0.8],
  [', and next ', 0.5],
  [". once you've done that, ", 0.7],
  [". once you've done that ", 0.4],
  [', once that is done ', 0.5],
  ['. once that is done, ', 0.5],
  ['. when that is done, ', 0.5],
  [". when you're done, ", 0.6],
  [". when you're finished, ", 0.4],
  [', when done ', 0.4],
  ['. when finished ', 0.3],
  ['. having done that, ', 0.3],
  ['. as soon as that is done, ', 0.3],
  ['. following that, ', 0.4],
  ['. subsequently ', 0.3],
  [', thereafter ', 0.2],
  ['. and then ', 1.2],
  ['. and ', 0.8],
  [', followed by that ', 0.1],
  ['. i also want you to ', 0.3],
  ['. also, ', 0.3],
  [' and also ', 0.5],
  ['. please ', 0.7],
  [' and please ', 0.4],
  ['. then please ', 0.6],
  ['. could you then ', 0.3],
  [', only then ', 0.3],
  [', and once there ', 0.2],
  [' and when you are done ', 0.3],
  [', when you are done with that ', 0.2],
  ['... ', 0.4],
  ['! ', 0.5],
  ['! then ', 0.5],
  [' > ', 0.1],
  ['. after this, ', 0.5],
  [' after this ', 0.3],
  ['. later ', 0.2],
  [', later ', 0.2],
].map(([text, weight]) => ({ text: text as string, weight: weight as number }))

const bending: readonly Joiner[] = [
  ' followed by ',
  ', followed by ',
  ' before ',
  ', before ',
  ' and end by ',
  ', then start ',
  ' and continue by ',
].map((text) => ({
  text,
  ing: true,
  weight: 1,
}))
const finals: readonly Joiner[] = [
  [', and finally ', 3],
  ['. finally, ', 2],
  ['. finally ', 1],
  [' and finally ', 2],
  [', finally ', 1],
  [', and lastly ', 1],
  ['. lastly, ', 1],
  [', at the end ', 0.7],
  ['. at the end ', 0.6],
  [' and in the end ', 0.5],
  ['. to finish, ', 0.5],
  ['. last of all, ', 0.3],
  ['. in the end, ', 0.3],
].map(([text, weight]) => ({ text: text as string, weight: weight as number, last: true }))
const firsts = [
  'first ',
  'first, ',
  'firstly ',
  'first of all ',
  'first of all, ',
  'to start, ',
  'to begin with, ',
  'start by ',
  'begin by ',
  'to start with ',
  'initially ',
]

/** Two steps, told in another order or with one inside a subordinate clause. {a} happens first. */
const pairs: readonly string[] = [
  'after {a:ing}, {b}',
  'after {a:ing} {b}',
  '{b} after {a:ing}',
  'after you {a}, {b}',
  "after you've {a:done}, {b}",
  'after you have {a:done}, {b}',
  "once you've {a:done}, {b}",
  'once you have {a:done}, {b}',
  'once you have {a:done} {b}',
  'when you have {a:done}, {b}',
  "when you've {a:done} {b}",
  'when you are done {a:ing}, {b}',
  "when you're finished {a:ing}, {b}",
  "as soon as you've {a:done}, {b}",
  'as soon as you have {a:done}, {b}',
  'having {a:done}, {b}',
  '{b} once you have {a:done}',
  "{b} once you've {a:done}",
  "{b} after you've {a:done}",
  '{b} after you {a}',
  "{b} as soon as you've {a:done}",
  '{b} when you have {a:done}',
  'before you {b}, {a}',
  'before {b:ing}, {a}',
  'before {b:ing} {a}',
  '{a} before you {b}',
  '{a} before {b:ing}',
  '{b}, but first {a}',
  '{b} but first {a}',
  '{b}, but before that {a}',
  '{b}, but before you do that {a}',
  '{b}. before that, {a}',
  '{b}. but first, {a}',
  '{b}, but {a} first',
  'start by {a:ing}, then {b}',
  'begin by {a:ing} and then {b}',
  'start by {a:ing} and {b} afterwards',
  'start with {a:ing}, then {b}',
  '{a} first, then {b}',
  '{a} first and {b} after that',
  '{a} first. {b} afterwards',
]

const held = (id: string) => hash(id) % HELD_SHARE === 0

/** A joiner between two skills is a combination; some are kept for the held-out split. */
export const combination = (joiner: string, a: Clause, b: Clause) => `${joiner}|${a.skill}|${b.skill}`

export interface Joined {
  readonly text: string
  readonly ids: readonly string[]
  readonly held: boolean
}

/** Joins steps; `novel` asks for a combination that training never sees. May answer undefined: draw again. */
export function join(random: Random, clauses: readonly Clause[], novel: boolean): Joined | undefined {
  const ids: string[] = []
  let isHeld = false
  const use = (kind: string, a: Clause, b: Clause) => {
    const id = combination(kind, a, b)
    ids.push(id)
    if (held(id)) isHeld = true
  }
  let text: string
  let from = 1
  const numbered = clauses.length > 1 && random.chance(0.05)
  if (numbered) {
    text = list(random, clauses)
    from = clauses.length
    for (let i = 1; i < clauses.length; i++) use('list', clauses[i - 1], clauses[i])
  } else if (clauses.length > 1 && random.chance(clauses.length === 2 ? 0.24 : 0.1)) {
    const [a, b] = clauses
    const pattern = random.pick(pairs)
    if (!fits(pattern, a, b)) return undefined
    text = pair(pattern, a, b)
    use(pattern, a, b)
    from = 2
  } else {
    const first = clauses.length > 1 && random.chance(0.14) ? random.pick(firsts) : ''
    const bend = first.endsWith('by ') && !first.startsWith('to')
    if (bend && !clauses[0].template.verb) return undefined
    text = first + clauses[0].render(bend ? 'ing' : 'plain')
    // "First A and B" would leave open where B belongs; any join does once the order is given.
  }
  for (let i = from; i < clauses.length; i++) {
    const a = clauses[i - 1]
    const b = clauses[i]
    const strong = i === from && from === 2
    const joiner = choose(random, b, i === clauses.length - 1 && clauses.length > 2, strong)
    use(joiner.text, a, b)
    text += joiner.text + b.render(joiner.ing ? 'ing' : 'plain')
  }
  if (isHeld !== novel) return undefined
  return { text, ids, held: isHeld }
}

const strongJoiners = joiners.filter((j) => /^[.;!] /.test(j.text))

function choose(random: Random, next: Clause, last: boolean, strong: boolean): Joiner {
  if (last && random.chance(0.22)) return random.weighted(finals.map((j) => [j, j.weight] as const))
  if (next.template.verb && !strong && random.chance(0.04)) return random.pick(bending)
  return random.weighted((strong ? strongJoiners : joiners).map((j) => [j, j.weight] as const))
}

/** "1. … 2. …", "step one: …", bullets. */
function list(random: Random, clauses: readonly Clause[]): string {
  const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']
  const style = random.pick([
    (i: number) => `${i + 1}. `,
    (i: number) => `${i + 1}) `,
    (i: number) => `step ${i + 1}: `,
    (i: number) => `step ${words[i]}: `,
    () => '- ',
    () => '* ',
    (i: number) => `${['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'][i]}, `,
    (i: number) => `(${i + 1}) `,
  ])
  const gap = random.pick([' ', ', ', '. ', '; ', '. '])
  return clauses.map((c, i) => style(i) + c.render('plain')).join(gap)
}

function fits(pattern: string, a: Clause, b: Clause): boolean {
  const wantsVerb = (name: string, clause: Clause) =>
    clause.template.verb || !(pattern.includes(`{${name}:`) || pattern.includes(`you {${name}}`))
  if (!wantsVerb('a', a) || !wantsVerb('b', b)) return false
  // "say hello after turning" and "say hello but first …" would leave open where the words end.
  if (unquoted(a) && !/\{a(:\w+)?\}$/.test(pattern) && !/\{a(:\w+)?\}[,.]/.test(pattern)) return false
  return !(unquoted(b) && !/\{b(:\w+)?\}$/.test(pattern) && !/\{b(:\w+)?\}[,.]/.test(pattern))
}

const unquoted = (c: Clause) => c.template.id.startsWith('say/plain')

const pair = (pattern: string, a: Clause, b: Clause) =>
  pattern.replace(/\{([ab])(?::(\w+))?\}/g, (_, name: string, form?: string) =>
    (name === 'a' ? a : b).render((form as 'ing' | 'done' | undefined) ?? 'plain'),
  )
