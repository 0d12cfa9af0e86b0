/**
 * What typing does to an instruction: lost marks, capitals, small slips. Numbers and words to say are never touched.
 * takes  text with guards (⟦…⟧ numbers, ⟪…⟫ words to say) · gives  plain text
 */
import type { Random } from './random.js'
import { phraseWords } from './template.js'

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
/** Slips must not make one of these out of another word, nor any word of the phrases (./template). */
const meanings = new Set(
  'left right open close closed shut raise lower lift drop forward back turn look wait light line edge wall sound arm hand grip say stop door desk shelf table sofa bed hall charge garden office stairs corner window up down home on off feet foot inch yard hour minute second twice once then first before after until till house cat dog man bite hit kill hurt burn push pull bread head read load road rest test'.split(
    ' ',
  ),
)

/** Said in the middle of a sentence, between commas or not; none of it changes the meaning. */
const musings =
  "um|uh|er|erm|hmm|like|you know|let's say|lets say|i guess|i think|say|well|let me see|let me think|maybe|perhaps|oh|ok|okay|how about|i'd say|what was it|if you can|if you like|please|roughly|around|about|just|only|let's make it|shall we say|i dunno|uhm|ehm".split(
    '|',
  )
/** Said after "and then", before the next step. */
const asides =
  "um|uh|er|erm|hmm|like|you know|i guess|well|let me see|oh|please|just|if you can|if you like|if you don't mind|if it's not too much trouble|if possible|when you're ready|carefully|slowly|you can|you should|you could|could you|can you|can you please|could you please|i'd like you to|i want you to|i'd love you to|id like you to|you silly tin can|dear|buddy|mate|my friend|robot|quickly|you gotta|you know what|kindly|pls|can u|could u|let's|we're gonna|gonna need you to|go ahead and|simply|i need you to".split(
    '|',
  )
const slang: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bplease\b/g, ['pls', 'plz', 'plese', 'pleas', 'please']],
  [/\byou\b/g, ['u', 'u', 'ya', 'you']],
  [/\byour\b/g, ['ur', 'ur', 'yer', 'your']],
  [/\byou're\b/g, ['youre', 'ur', "you're"]],
  [/\b(i|you|we)'(d|ve|ll|m|re)\b/g, ['$1$2']],
  [/\b(don|can|isn|won)'t\b/g, ['$1t']],
  [/\b(let|it|that|what|there|here)'s\b/g, ['$1s']],
  [/\bwant to\b/g, ['wanna']],
  [/\bi want you to\b/g, ['i want u to', 'i wan you to']],
  [/\bgoing to (?=[a-z])(?!the\b)/g, ['gonna ', 'going to ']],
  [/\bhave to\b/g, ['hafta', 'have to', 'gotta']],
  [/\bgive me\b/g, ['gimme']],
  [/\blet me\b/g, ['lemme']],
  [/\bokay\b/g, ['k', 'ok', 'okey', 'kk']],
  [/\bthanks\b/g, ['thx', 'tks', 'thanx']],
  [/\bthank you\b/g, ['thank u', 'ty', 'thankyou']],
  [/\buntil\b/g, ['till', 'til', 'untill']],
  [/\bfavou?r\b/g, ['favor', 'favour']],
  [/\bstraight\b/g, ['strait', 'straigt']],
  [/\bright\b/g, ['rite', 'rigth', 'right']],
  [/\blights?\b/g, ['lite', 'ligth', 'light']],
  [/\bforwards?\b/g, ['foward', 'fwd', 'forwad', 'forwards']],
  [/\bbackwards?\b/g, ['bakwards', 'bckwards', 'backward']],
  [/\bkitchen\b/g, ['kichen', 'kitchn', 'kitchen']],
  [/\bgripper\b/g, ['griper', 'grippr', 'gripper']],
  [/\bdegrees\b/g, ['degress', 'degres', 'degrees']],
  [/\bthen\b/g, ['then', 'thn', 'than', 'then']],
]

/** How often an instruction holds no slip, one, two, three. Training sees many more than people make. */
const slips = {
  none: [[0, 1]],
  light: [
    [0, 88],
    [1, 9],
    [2, 3],
  ],
  heavy: [
    [0, 52],
    [1, 26],
    [2, 18],
    [3, 4],
  ],
} as const

/** Before these, and before a number, a mark is not left out: they would be read with what stands before it. */
const attaching =
  '(?:back|right|left|up|down|forwards?|straight|home|light|rest|head|face|to|by|another|closer|nearer)\\b'

export type Typing = keyof typeof slips

/** `typing` none: without a slip; light: as people type who look at what they write; heavy: in haste, on a telephone. */
export function roughen(random: Random, text: string, typing: Typing): string {
  let out = text.replace(/ {2,}/g, ' ')
  if (random.chance(0.05)) out = hesitate(random, out)
  if (random.chance(0.06)) out = muse(random, out)
  // Unquoted words to say need the mark that ends them, and a repetition its sentence's end.
  if (random.chance(0.12) && !/⟪[^"'“‘]/.test(out)) {
    const sentences = /⟧ times?\b|⟦(?:twice|thrice)⟧/.test(out) && /[.;!] /.test(out)
    const marks = new RegExp(`${sentences ? ',' : '[,;.!]'}(?= (?!$|${attaching}))|\\.$`, 'g')
    out = outside(out, (part) => part.replace(marks, ''))
  }
  if (random.chance(0.05)) out = contract(out)
  if (typing !== 'none' && random.chance(0.06)) out = relax(random, out)
  for (let n = random.weighted(slips[typing]); n > 0; n--) out = slip(random, out)
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
  const spots = [...text.matchAll(/(?<!⟫) (?=⟦)/g)].map((m) => m.index)
  if (spots.length === 0) return text
  const at = random.pick(spots)
  return text.slice(0, at) + mark + text.slice(at)
}

/** Thinking aloud, before a number or before the next step. */
function muse(random: Random, text: string): string {
  // Where words to say have no quotation marks, an aside could be one of them.
  const numbers = [...text.matchAll(/(?<=[a-z],?) (?=⟦)/g)].map((m) => m.index)
  const joints = /⟪[^"'“‘]/.test(text)
    ? []
    : [
        ...outsideOnly(text).matchAll(/(?:\b(?:and|then|finally|next|after that|afterwards)|[a-z⟧][,.;]) (?=[a-z])/g),
      ].map((m) => m.index + m[0].length - 1)
  const before = numbers.length > 0 && (joints.length === 0 || random.chance(0.5))
  const spots = before ? numbers : joints
  if (spots.length === 0) return text
  const at = random.pick(spots)
  const said = random.pick(before ? musings : asides)
  // "Go say two metres" would be words to say.
  const mark = said === 'say' ? ',,' : random.pick([' ,', '  ', '  ', ', ', ',,'])
  const front = mark[0] === ',' && !/[,.;:]$/.test(text.slice(0, at)) ? ', ' : ' '
  return text.slice(0, at) + front + said + (mark[1] === ',' ? ',' : '') + text.slice(at)
}

/** The text with everything guarded blanked out, at the same places. */
const outsideOnly = (text: string) => text.replace(/⟦[^⟧]*⟧|⟪[^⟫]*⟫/g, (m) => `⟦${'_'.repeat(m.length - 2)}⟧`)

/** How people write in a hurry: "u" for you, no apostrophes, common misspellings. */
function relax(random: Random, text: string): string {
  return outside(text, (part) =>
    slang.reduce((out, [word, forms]) => (random.chance(0.75) ? out.replace(word, random.pick(forms)) : out), part),
  )
}

/** A space lost between two words, or one too many inside a word. */
function respace(random: Random, text: string): string {
  const bare = outsideOnly(text)
  const lose = random.chance(0.6)
  const spots = [...bare.matchAll(lose ? /(?<=[a-z]{2}) (?=[a-z]{2})/g : /(?<=[a-z]{3})(?=[a-z]{3})/g)].map(
    (m) => m.index,
  )
  if (spots.length === 0) return text
  const at = random.pick(spots)
  const left = /[a-z]*$/.exec(bare.slice(0, at))?.[0] ?? ''
  const right = /^ ?([a-z]*)/.exec(bare.slice(at))?.[1] ?? ''
  if (lose)
    return meanings.has(left + right) || phraseWords.has(left + right) ? text : text.slice(0, at) + text.slice(at + 1)
  return meanings.has(left) || meanings.has(right) ? text : `${text.slice(0, at)} ${text.slice(at)}`
}

function slip(random: Random, text: string): string {
  if (random.chance(0.15)) return respace(random, text)
  const words: { at: number; word: string }[] = []
  let guarded = 0
  const pattern = /[⟦⟧⟪⟫]|[a-z]{2,}/g
  for (let m = pattern.exec(text); m; m = pattern.exec(text)) {
    const c = m[0]
    if (c === '⟦' || c === '⟪') guarded++
    else if (c === '⟧' || c === '⟫') guarded--
    // A slip is as likely in any letter, but of a word of two little is left.
    else if (guarded === 0) for (let n = c.length > 2 ? c.length : 1; n > 0; n--) words.push({ at: m.index, word: c })
  }
  if (words.length === 0) return text
  const { at, word } = random.pick(words)
  const made = mistype(random, word)
  return meanings.has(made) || phraseWords.has(made) ? text : text.slice(0, at) + made + text.slice(at + word.length)
}

/** One slip: letters change places, a neighbouring key instead or beside, a letter twice, a letter (or the last, or the first vowel) lost. */
function mistype(random: Random, word: string): string {
  const i = random.int(0, word.length - 1)
  const c = word[i]
  const near = neighbours[c] ? random.pick([...neighbours[c]]) : c
  switch (random.int(0, word.length > 3 ? 10 : 5)) {
    case 0:
    case 6: {
      const at = Math.min(i, word.length - 2)
      return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2)
    }
    case 1:
    case 2:
    case 7:
      return word.slice(0, i) + near + word.slice(i + 1)
    case 3:
      return word.slice(0, i + 1) + c + word.slice(i + 1)
    case 4:
    case 8:
      return word.length > 2 ? word.slice(0, i) + word.slice(i + 1) : word
    case 5:
      return random.chance(0.5)
        ? word.slice(0, i + 1) + near + word.slice(i + 1)
        : word.slice(0, i) + near + word.slice(i)
    case 9:
      return word.slice(0, -1)
    default: {
      const vowel = word.slice(1).search(/[aeiou]/) + 1
      return vowel > 0 ? word.slice(0, vowel) + word.slice(vowel + 1) : word
    }
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
