/**
 * Typing slips for measuring, written apart from ./noise, which is for training: another's rules, no care for looks.
 * takes  instruction, its actions, how many slips, a seed · gives  the instruction with that many slips
 * Never touched: numbers in digits or words, the words to say, words of one or two letters (in "on" or "up" a slip
 * makes another word), and a slip that would make a known word. before bench/pilot.mjs, test/sdk/pilot/typos.test.ts
 */
import type { PilotAction } from '../skills.js'
import { hash, Random } from './random.js'

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const numbers = new Set(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half halves quarter quarters
third thirds once twice thrice double triple dozen couple pair few first second point single both`.split(/\s+/),
)

const KINDS = ['neighbour', 'dropped', 'doubled', 'swapped'] as const

/** Words that a slip must not make: those of a whole set of instructions. */
export function knownWords(instructions: readonly string[]): ReadonlySet<string> {
  return new Set(instructions.flatMap((text) => text.toLowerCase().match(/[a-z]+/g) ?? []))
}

export function withTypos(
  { instruction, actions }: { readonly instruction: string; readonly actions: readonly PilotAction[] },
  count: number,
  seed: number,
  known: ReadonlySet<string>,
): string {
  const random = new Random(hash(instruction, seed))
  const kept = new Set([...numbers, ...said(actions)])
  let text = instruction
  const hit = new Set<number>()
  for (let made = 0, tries = 0; made < count && tries < 200; tries++) {
    const words = [...text.matchAll(/(?<![\w'’])[A-Za-z]{3,}(?![\w])/g)].filter(
      (m) => !kept.has(m[0].toLowerCase()) && !hit.has(ordinal(text, m.index)),
    )
    if (words.length === 0) break
    // Every letter is as likely.
    const letters = words.flatMap((m) => Array.from(m[0], (_, i) => [m, i] as const))
    const [word, at] = random.pick(letters)
    const slipped = slip(random, word[0], at)
    if (slipped === undefined || known.has(slipped.toLowerCase())) continue
    hit.add(ordinal(text, word.index))
    text = text.slice(0, word.index) + slipped + text.slice(word.index + word[0].length)
    made++
  }
  return text
}

/** Which word of the text: no word gets two slips. */
const ordinal = (text: string, index: number) => (text.slice(0, index).match(/\s+/g) ?? []).length

function slip(random: Random, word: string, at: number): string | undefined {
  const letter = word[at]
  switch (random.pick(KINDS)) {
    case 'neighbour': {
      const near = beside(letter.toLowerCase())
      return near.length > 0 ? word.slice(0, at) + random.pick(near) + word.slice(at + 1) : undefined
    }
    case 'dropped':
      return word.slice(0, at) + word.slice(at + 1)
    case 'doubled':
      return word.slice(0, at + 1) + letter + word.slice(at + 1)
    case 'swapped':
      return at + 1 < word.length && word[at + 1] !== letter
        ? word.slice(0, at) + word[at + 1] + letter + word.slice(at + 2)
        : undefined
  }
}

/** The keys left, right, above and below on an English keyboard, each row half a key further right. */
function beside(letter: string): string[] {
  const row = rows.findIndex((keys) => keys.includes(letter))
  if (row < 0) return []
  const at = rows[row].indexOf(letter)
  return [
    rows[row][at - 1],
    rows[row][at + 1],
    rows[row - 1]?.[at],
    rows[row - 1]?.[at + 1],
    rows[row + 1]?.[at],
    rows[row + 1]?.[at - 1],
  ].filter((key): key is string => key !== undefined)
}

function said(actions: readonly PilotAction[]): string[] {
  return actions.flatMap((action) =>
    action.skill === 'say'
      ? (action.text.toLowerCase().match(/[a-z]+/g) ?? [])
      : action.skill === 'repeat'
        ? said(action.actions)
        : [],
  )
}
