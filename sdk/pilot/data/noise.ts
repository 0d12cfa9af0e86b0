/**
 * What typing does to an instruction: lost marks, capitals, small slips. Numbers and words to say are never touched.
 * takes  text with guards (⟦…⟧ numbers, ⟪…⟫ words to say) · gives  plain text
 */
import type { Random } from './random.js'

const neighbours: Readonly<Record<string, string>> = {
  q: 'wa',
  w: 'qes',
  e: 'wrd',
  r: 'etf',
  t: 'ryg',
  y: 'tuh',
  u: 'yij',
  i: 'uok',
  o: 'ipl',
  p: 'ol',
  a: 'qsz',
  s: 'adw',
  d: 'sfe',
  f: 'dgr',
  g: 'fht',
  h: 'gjy',
  j: 'hku',
  k: 'jli',
  l: 'kop',
  z: 'xas',
  x: 'zcd',
  c: 'xvf',
  v: 'cbg',
  b: 'vnh',
  n: 'bmj',
  m: 'njk',
}
/** Slips must not make one of these out of another word. */
const meanings = new Set(
  'left right open close closed shut raise lower lift drop forward back turn look wait light line edge wall sound arm hand grip say stop door desk shelf table sofa bed hall charge garden office stairs corner window up down home on off feet foot inch yard hour minute second twice once then first before after until till house cat dog man bite hit kill hurt burn push pull bread head read load road rest test'.split(
    ' ',
  ),
)

export interface Noise {
  readonly slips: number
  readonly unpunctuated: boolean
  readonly fillers: boolean
}

export function roughen(random: Random, text: string): string {
  let out = text.replace(/ {2,}/g, ' ')
  if (random.chance(0.05)) out = hesitate(random, out)
  // Unquoted words to say need the mark that ends them.
  if (random.chance(0.12) && !/⟪[^"'“‘]/.test(out)) out = outside(out, (part) => part.replace(/[,;.!](?= )|\.$/g, ''))
  if (random.chance(0.13)) for (let n = random.chance(0.6) ? 1 : 2; n > 0; n--) out = slip(random, out)
  if (random.chance(0.05)) out = contract(out)
  out = finish(random, out)
  return out.replace(/[⟦⟧⟪⟫]/g, '')
}

/** Applies a change outside the guards only. */
function outside(text: string, change: (part: string) => string): string {
  return text
    .split(/(⟦[^⟧]*⟧|⟪[^⟫]*⟫)/)
    .map((part, i) => (i % 2 ? part : change(part)))
    .join('')
}

/** "um" and friends before a number or after the first words. */
function hesitate(random: Random, text: string): string {
  const filler = random.pick(['um', 'uh', 'er', 'um', 'like', 'you know', 'erm', 'well', 'let me think', 'hmm'])
  const comma = random.chance(0.3)
  const mark = comma ? `, ${filler},` : ` ${filler}`
  const spots = [...text.matchAll(/ (?=⟦)/g)].map((m) => m.index)
  if (spots.length === 0) return text
  const at = random.pick(spots)
  return text.slice(0, at) + mark + text.slice(at)
}

function slip(random: Random, text: string): string {
  const words: { at: number; word: string }[] = []
  let guarded = 0
  const pattern = /[⟦⟧⟪⟫]|[a-z]{4,}/g
  for (let m = pattern.exec(text); m; m = pattern.exec(text)) {
    const c = m[0]
    if (c === '⟦' || c === '⟪') guarded++
    else if (c === '⟧' || c === '⟫') guarded--
    else if (guarded === 0) words.push({ at: m.index, word: c })
  }
  if (words.length === 0) return text
  const { at, word } = random.pick(words)
  const made = mistype(random, word)
  return meanings.has(made) ? text : text.slice(0, at) + made + text.slice(at + word.length)
}

function mistype(random: Random, word: string): string {
  const i = random.int(word.length > 4 ? 1 : 0, word.length - 2)
  const c = word[i]
  switch (random.int(0, 3)) {
    case 0:
      return word.slice(0, i) + word[i + 1] + c + word.slice(i + 2)
    case 1:
      return word.slice(0, i + 1) + word.slice(i + 2)
    case 2:
      return word.slice(0, i + 1) + c + word.slice(i + 1)
    default:
      return word.slice(0, i) + (neighbours[c] ? random.pick([...neighbours[c]]) : c) + word.slice(i + 1)
  }
}

function contract(text: string): string {
  return outside(text, (part) =>
    part
      .replace(/\byou have\b/g, "you've")
      .replace(/\byou are\b/g, "you're")
      .replace(/\bthere is\b/g, "there's")
      .replace(/\bthat is\b/g, "that's")
      .replace(/\bi would\b/g, "i'd")
      .replace(/\bwhat is\b/g, "what's"),
  )
}

/** The last mark, and capitals (which ../normalize takes away again). */
function finish(random: Random, text: string): string {
  let out = text
  const roll = random.next()
  const bare = !/[.!?…]$/.test(text)
  if (bare && roll < 0.33) out += '.'
  else if (bare && roll < 0.37) out += '!'
  else if (bare && roll < 0.39) out += '!!'
  else if (bare && (/^(could|can|would|will|may|might|are you|how about|why)/.test(text) ? roll < 0.9 : roll < 0.395))
    out += '?'
  if (random.chance(0.3)) out = out.replace(/[a-z]/, (c) => c.toUpperCase())
  else if (random.chance(0.03)) out = out.toUpperCase()
  return out
}
