/**
 * Steps as a list: numbered, or with the same mark all along ("a b c", "first a, second b, third c").
 * takes  clauses in the order of execution · gives  text, or undefined where it could be read in two ways · after ./joiner
 */
import type { Clause } from './phrases/phrase.js'
import type { Random } from './random.js'

/** "1. … 2. …", "step one: …", bullets. */
export function list(random: Random, clauses: readonly Clause[]): string {
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
    (i: number) => `${i + 1}. `,
    (i: number) => `${i + 1}) `,
    (i: number) => `${i + 1}: `,
    (i: number) => `#${i + 1} `,
    (i: number) => `${'abcdefgh'[i]}) `,
    (i: number) => `step ${i + 1}, `,
    (i: number) => `${['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'][i]}: `,
  ])
  const gap = random.pick([' ', ', ', '. ', '; ', '. ', '\n', '\n', ' '])
  return clauses.map((c, i) => style(i) + c.render('plain')).join(gap)
}

/** The same mark all along a list: "a b c", "a, b and c", "first a, second b, third c". */
interface Row {
  readonly id: string
  readonly weight: number
  /** What stands before the first step, between steps, and before the last one. */
  readonly lead: readonly string[]
  readonly gap: readonly string[]
  readonly last: readonly string[]
  /** Nothing shows where a step ends: the next one must begin with its verb. */
  readonly bare?: boolean
  /** Before the second, third … step, instead of `gap`. */
  readonly count?: readonly string[]
}

export const rows: readonly Row[] = [
  { id: 'row/bare', weight: 14, lead: [''], gap: [' '], last: [' ', ' ', ' and ', ' then ', ' and then '], bare: true },
  { id: 'row/line', weight: 1.5, lead: ['', '', '- ', '* '], gap: ['\n'], last: ['\n'], bare: true },
  { id: 'row/commas', weight: 5, lead: [''], gap: [', '], last: [', '] },
  {
    id: 'row/series',
    weight: 5,
    lead: ['', '', '', 'first '],
    gap: [', '],
    last: [' and ', ' and ', ', and ', ' and then ', ', and then ', ', then ', ' then ', ' & ', ', and finally '],
  },
  { id: 'row/and', weight: 2, lead: [''], gap: [' and '], last: [' and ', ' and then '] },
  { id: 'row/then', weight: 2.5, lead: ['', '', 'first '], gap: [' then ', ', then '], last: [' then ', ' and then '] },
  { id: 'row/ampersand', weight: 1.2, lead: [''], gap: [' & ', ', '], last: [' & '] },
  { id: 'row/plus', weight: 0.8, lead: [''], gap: [' plus ', ' + ', ', '], last: [' plus ', ', plus ', ' + '] },
  { id: 'row/stops', weight: 2.5, lead: [''], gap: ['. '], last: ['. ', '. then ', '. and ', '. finally '] },
  { id: 'row/marks', weight: 0.8, lead: [''], gap: ['; ', '! ', '... '], last: ['; ', '! ', '... '] },
  { id: 'row/arrow', weight: 1.2, lead: [''], gap: [' -> ', ' > ', ' => ', ' -- ', ' | '], last: [' -> '] },
  {
    id: 'row/ordinal',
    weight: 2,
    lead: ['first ', 'first, ', 'firstly ', 'first '],
    gap: [', ', '. ', ' ', ', '],
    last: [', '],
    count: ['second ', 'third ', 'fourth ', 'fifth ', 'sixth ', 'seventh '],
  },
  {
    id: 'row/ordinally',
    weight: 0.7,
    lead: ['firstly, ', 'firstly '],
    gap: [', ', '. ', ' and '],
    last: [', '],
    count: ['secondly ', 'thirdly ', 'fourthly ', 'fifthly ', 'sixthly ', 'seventhly '],
  },
  {
    id: 'row/course',
    weight: 2,
    lead: ['first ', 'first '],
    gap: [', ', '. ', ' ', ', '],
    last: [', '],
    count: ['then ', 'next ', 'after that ', 'then ', 'afterwards ', 'then '],
  },
]

export function row(
  random: Random,
  { lead, gap, last, bare, count }: Row,
  clauses: readonly Clause[],
): string | undefined {
  const between = random.pick(gap)
  const end = random.chance(0.6) && last[0] === gap[0] ? between : random.pick(last)
  let text = random.pick(lead)
  // Once "first" is said, an item without "then" or a number would not be clear, but its order is.
  for (let i = 0; i < clauses.length; i++) {
    const step = clauses[i].render('plain')
    if (i > 0) {
      const mark = count
        ? between + (i === clauses.length - 1 && random.chance(0.3) ? random.pick(closing) : count[i - 1])
        : ''
      const joint = mark || (i === clauses.length - 1 ? end : between)
      if (/^\s$/.test(joint) && !follows(clauses[i - 1], clauses[i], step)) return undefined
      if (bare && joint === '\n' && unquoted(clauses[i - 1])) return undefined
      if (runsOn(text, joint, step)) return undefined
      if (unquoted(clauses[i - 1]) && /^ (?:plus|second|third|next|\+|\|)/.test(joint)) return undefined
      text += joint
    }
    text += step
  }
  return text
}

const closing = ['finally ', 'lastly ', 'and finally ', 'and lastly ']

/** "3 yards and 1/4 metre back": a number right after a quantity is taken for a part of it. */
export const runsOn = (before: string, joint: string, next: string): boolean =>
  /^,?(?: and| &| plus| \+)?[ \n]$/.test(joint) &&
  /⟦[^⟧]*⟧[^⟧]{0,14}$/.test(before) &&
  /^(?:an? |another )?⟦/.test(next)

/** Whether a step may stand directly after another, with only a space between. */
function follows(before: Clause, next: Clause, step: string): boolean {
  if (unquoted(before) || !next.template.verb) return false
  // "Go 2 m back up 3 m" could be read in two ways.
  return !/^(?:back|right|left|up|down|forward|straight|home|light|rest|head|face)\b/.test(step)
}

/** Words to say without quotation marks run on to the next mark. */
export const unquoted = (c: Clause) => c.template.id.startsWith('say/plain')
