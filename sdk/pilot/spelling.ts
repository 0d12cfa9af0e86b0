/**
 * Slips of the keyboard set right before the model reads: a word that is not in the pilot's list becomes the list's one
 * word that is a slip away, if there is one far likelier than all others. Words to say are given back as they were typed.
 * takes  normalized text · gives  the text to read, and `restore` for the words said · before ./words · after ./interpreter
 */

/** Words and how often they are used: classes from 0, each some three times as frequent as the one before. */
export type WordList = ReadonlyMap<string, number>

const CLASS = 3
/** The best reading must be this many times as likely as the next. */
const MARGIN = 3
/** Words in the texts that the classes were counted in. */
const TYPED = 1e6
/** Shorter ones are seldom two words. */
const LONG = 5
/** A reading that would be expected more seldom than this in as many words as were counted is none. */
const PLAUSIBLE = 0.1
/** Of a shorter word too little is left to know it by. */
const SHORTEST = 3

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const alphabet = 'abcdefghijklmnopqrstuvwxyz'

/** How likely each slip is against the others (a key hit twice or a letter out of place is likelier than a far key). */
const likely = { doubled: 8, extraNear: 1, extraFar: 0.1, swapped: 4, near: 2, far: 0.05, lost: 1, joined: 1 } as const

/** The word as it was meant; itself when the list has it, or has nothing near, or too much. */
export function spell(word: string, list: WordList): string {
  if (word.length < SHORTEST || list.has(word)) return word
  const found = new Map<string, number>()
  const consider = (candidate: string, chance: number) => {
    const frequency = list.get(candidate)
    if (frequency === undefined) return
    found.set(candidate, Math.max(found.get(candidate) ?? 0, chance * CLASS ** frequency))
  }
  for (let i = 0; i < word.length; i++) {
    const [before, head, own, tail] = [word[i - 1], word.slice(0, i), word[i], word.slice(i + 1)]
    const extra = nextTo(before, own) || nextTo(tail[0], own) ? likely.extraNear : likely.extraFar
    consider(head + tail, own === before ? likely.doubled : extra)
    if (tail !== '') consider(head + tail[0] + own + tail.slice(1), likely.swapped)
    for (const other of alphabet) {
      if (other !== own) consider(head + other + tail, nextTo(other, own) ? likely.near : likely.far)
      consider(head + other + own + tail, likely.lost)
    }
  }
  for (const other of alphabet) consider(word + other, likely.lost)
  for (let i = 1; i < word.length; i++) considerPair(found, word.slice(0, i), word.slice(i), list)
  const [best, second] = [...found].sort((a, b) => b[1] - a[1])
  return best !== undefined && best[1] >= PLAUSIBLE && best[1] >= MARGIN * (second?.[1] ?? 0) ? best[0] : word
}

/** Two words whose space was lost: as likely as both together. */
function considerPair(found: Map<string, number>, left: string, right: string, list: WordList): void {
  const [a, b] = [list.get(left), list.get(right)]
  if (a === undefined || b === undefined || (left.length === 1 && left !== 'a' && left !== 'i')) return
  if (left.length + right.length >= LONG) found.set(`${left} ${right}`, (likely.joined * CLASS ** (a + b)) / TYPED)
}

export interface Spelled {
  readonly text: string
  /** Words that the model copied out of `text`, as they were typed. */
  restore(said: string): string
  /** The other way: typed words, as they stand in `text`. */
  read(said: string): string
}

/** What stands in quotation marks is left alone. */
export function spellText(typed: string, list: WordList): Spelled {
  const from = list.size === 0 ? typed.split(' ') : joinHalves(typed.split(' '), list)
  const quotes = typed.split('"').length - 1
  let inside = false
  const to = from.map((word) => {
    if (quotes % 2 === 0 && word.includes('"')) inside = !inside
    if (inside || list.size === 0) return word
    return word.replace(' ', '').replace(WORD, (letters) => spell(letters, list))
  })
  return { text: to.join(' '), restore: (said) => trade(said, to, from), read: (said) => trade(said, from, to) }
}

/** Two halves of a word with a space between, of which the list does not know both, are one piece, as typed. */
function joinHalves(words: readonly string[], list: WordList): string[] {
  const pieces: string[] = []
  let inside = false
  for (let i = 0; i < words.length; i++) {
    const [left, right = ''] = [words[i], words[i + 1]]
    if (left.includes('"')) inside = !inside
    const tail = core(right)
    const halves = /^[a-z]+$/.test(left) && right.startsWith(tail) && !(list.has(left) && list.has(tail))
    if (!inside && halves && tail !== '' && left.length + tail.length >= LONG && list.has(left + tail)) {
      pieces.push(`${left} ${right}`)
      i++
    } else pieces.push(left)
  }
  return pieces
}

/** Letters with no digit or apostrophe beside them. */
const WORD = /(?<![\w'])[a-z]+(?![\w'])/g
const core = (word: string) => word.replace(/^[^a-z\d]+|[^a-z\d]+$/g, '')

/** Words said as they stand in one list of pieces → as they stand in the other, with the marks at their ends. */
function trade(said: string, here: readonly string[], there: readonly string[]): string {
  const words = here.flatMap((piece, at) => piece.split(' ').map((word) => ({ word: core(word), at })))
  const wanted = said.split(' ').map(core)
  const first = words.findIndex((_, n) => wanted.every((word, i) => word === words[n + i]?.word))
  if (first < 0) return said
  const from = words[first].at
  const to = words[first + wanted.length - 1].at
  const inner = there
    .slice(from, to + 1)
    .join(' ')
    .replace(/^[^a-z\d]+|[^a-z\d]+$/g, '')
  return said.replace(/[a-z\d].*[a-z\d]|[a-z\d]/, () => inner)
}

function nextTo(a: string | undefined, b: string): boolean {
  return a !== undefined && (beside.get(a)?.includes(b) ?? false)
}

/** Keys left, right, above and below; each row stands half a key further right. */
const beside = new Map(
  rows.flatMap((keys, r) =>
    [...keys].map((key, i) => {
      const [above, below] = [rows[r - 1] ?? '', rows[r + 1] ?? '']
      return [key, [keys[i - 1], keys[i + 1], above[i], above[i + 1], below[i], below[i - 1]].join('')] as const
    }),
  ),
)
