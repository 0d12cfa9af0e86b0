/**
 * How steps become one instruction: chains ("…, then …"), lists ("first …"), and orders told backwards
 * ("before you …, …"). takes clauses in the order of execution · gives  text; ids tell the split what was used
 */
import { list, row, rows, runsOn, unquoted } from './list.js'
import { bending, finals, firsts, type Joiner, joiners, pairs } from './phrases/joiners.js'
import type { Clause } from './phrases/phrase.js'
import { hash, type Random } from './random.js'
import { HELD_SHARE } from './template.js'

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
  const numbered = clauses.length > 1 && random.chance(0.06)
  const uniform = !numbered && clauses.length > 1 && random.chance(0.15)
  if (numbered) {
    text = list(random, clauses)
    from = clauses.length
    for (let i = 1; i < clauses.length; i++) use('list', clauses[i - 1], clauses[i])
  } else if (uniform) {
    const kind = random.weighted(rows.map((r) => [r, r.weight] as const))
    const made = row(random, kind, clauses)
    if (made === undefined) return undefined
    text = made
    from = clauses.length
    for (let i = 1; i < clauses.length; i++) use(kind.id, clauses[i - 1], clauses[i])
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
    const step = b.render(joiner.ing ? 'ing' : 'plain')
    if (runsOn(text, joiner.text, step)) return undefined
    text += joiner.text + step
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

function fits(pattern: string, a: Clause, b: Clause): boolean {
  const wantsVerb = (name: string, clause: Clause) =>
    clause.template.verb || !(pattern.includes(`{${name}:`) || pattern.includes(`you {${name}}`))
  if (!wantsVerb('a', a) || !wantsVerb('b', b)) return false
  // "say hello after turning" and "say hello but first …" would leave open where the words end.
  if (unquoted(a) && !/\{a(:\w+)?\}$/.test(pattern) && !/\{a(:\w+)?\}[,.]/.test(pattern)) return false
  return !(unquoted(b) && !/\{b(:\w+)?\}$/.test(pattern) && !/\{b(:\w+)?\}[,.]/.test(pattern))
}

const pair = (pattern: string, a: Clause, b: Clause) =>
  pattern.replace(/\{([ab])(?::(\w+))?\}/g, (_, name: string, form?: string) =>
    (name === 'a' ? a : b).render((form as 'ing' | 'done' | undefined) ?? 'plain'),
  )
