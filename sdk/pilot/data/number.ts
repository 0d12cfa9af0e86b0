/**
 * Numbers as people say and type them.
 * takes  a non-negative number · gives  digits or words; ⟦…⟧ around them keeps typing noise out (./noise)
 */
import type { Random } from './random.js'

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = '_ ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

/** Slips and other spellings of the words of numbers; none is another word of this file. */
const slips: Readonly<Record<string, string>> = {
  one: 'oen onee',
  two: 'too tow twoo',
  three: 'thre threee tree thee',
  four: 'foru fuor foour',
  five: 'fiv fve fivee fife',
  six: 'sixx siks',
  seven: 'sevn sven sevem seveen',
  eight: 'eigth eigt eihgt eght',
  nine: 'nin nien nein',
  ten: 'tenn',
  eleven: 'elven elevn elleven',
  twelve: 'twelv twelf tweleve twleve',
  thirteen: 'thirten therteen thriteen',
  fourteen: 'forteen fourten',
  fifteen: 'fiveteen fivteen fiften fifeteen',
  sixteen: 'sixten sixtteen',
  seventeen: 'seventen sevnteen',
  eighteen: 'eighten eigteen eightteen',
  nineteen: 'nineten ninteen',
  twenty: 'twenti tweny twnety twety',
  thirty: 'thrity therty thirthy',
  forty: 'fourty foty',
  fifty: 'fity fivty fifity',
  sixty: 'sixy sixity',
  seventy: 'sevnty sevety',
  eighty: 'eigthy eigty eightty',
  ninety: 'ninty nintey ninetey',
  hundred: 'hundrd hunderd hundered hundret',
  thousand: 'thousnd thousend thosand',
  point: 'piont poin',
  half: 'haf hlaf halff',
  quarter: 'qarter quater qaurter quartr',
  quarters: 'qarters quaters qaurters quarter',
}

/** The word, now and then misspelled: about one spelled number in twenty-five. */
export function spell(word: string, random: Random): string {
  return word in slips && random.chance(0.03) ? random.pick(slips[word].split(' ')) : word
}

/** Every word of a phrase, now and then misspelled. */
export const spellAll = (text: string, random: Random) => text.replace(/[a-z]+/g, (word) => spell(word, random))

export const guard = (text: string) => `⟦${text}⟧`

/** A whole number below a million in words: "one hundred and twenty", "a hundred", "fifteen hundred". */
export function words(n: number, random: Random): string {
  if (n < 20) return spell(small[n], random)
  if (n < 100) {
    const unit = n % 10
    const ten = spell(tens[(n - unit) / 10], random)
    if (!unit) return ten
    return ten + (random.chance(0.7) ? '-' : random.chance(0.12) ? '' : ' ') + spell(small[unit], random)
  }
  if (n < 1000) return group(n, 100, 'hundred', random)
  if (n < 10000 && n % 100 === 0 && n % 1000 !== 0 && random.chance(0.3)) return `${words(n / 100, random)} hundred`
  return group(n, 1000, 'thousand', random)
}

function group(n: number, size: number, name: string, random: Random): string {
  const rest = n % size
  const count = (n - rest) / size
  const size_ = spell(name, random)
  const head =
    count === 1 && random.chance(0.5)
      ? `${random.chance(0.06) ? '' : 'a '}${size_}`
      : `${words(count, random)} ${size_}`
  if (!rest) return head
  return `${head}${size === 100 ? (random.chance(0.65) ? ' and ' : ' ') : rest < 100 ? ' and ' : ' '}${words(rest, random)}`
}

/** Any decimal in words, digit by digit after the point. */
export function spoken(value: number, random: Random): string {
  const [whole, fraction] = String(value).split('.')
  if (!fraction) return words(value, random)
  const digits = [...fraction].map((d) => spell(small[Number(d)], random)).join(' ')
  const lead =
    whole === '0'
      ? random.pick(['zero ', 'zero ', 'zero ', '', '', 'nought ', 'oh '])
      : `${words(Number(whole), random)} `
  return `${lead}${spell('point', random)} ${digits}`
}

/** Digits as typed: "2", "2.5", "2.50", "2.0", ".5". */
export function typed(value: number, random: Random): string {
  const text = String(value)
  if (!text.includes('.')) return random.chance(0.03) ? `${text}.0` : text
  if (text.startsWith('0') && random.chance(0.15)) return text.slice(1)
  return random.chance(0.04) ? `${text}0` : text
}

/** Parts of a whole that have names: [value, after a number, alone]. */
export const fractions: readonly (readonly [number, string, string])[] = [
  [0.5, 'a half', 'half'],
  [0.5, 'a half', 'half'],
  [0.5, 'one half', 'one half'],
  [0.25, 'a quarter', 'a quarter'],
  [0.25, 'one quarter', 'one quarter'],
  [0.75, 'three quarters', 'three quarters'],
  [0.75, 'three quarters', 'three quarters'],
]

/** How many times: "twice", "three times", "4x". */
export function often(times: number, random: Random): string {
  if (times === 2 && random.chance(0.6)) return guard('twice')
  if (times === 3 && random.chance(0.08)) return guard('thrice')
  const unit = random.chance(0.93) ? ' times' : ''
  return `${guard(random.chance(0.5) ? words(times, random) : String(times))}${unit || (random.chance(0.5) ? ' time' : ' times')}`
}
