/**
 * Lengths, durations and angles in the units people use, with the wire keys that say the same.
 * gives  Quantity: words ("two and a half feet", "1 m 20", "50cm") and parts ({ feet: 2.5 }), never negative
 */
import { fractions, guard, spell, spellAll, spoken, typed, words } from './number.js'
import type { Random } from './random.js'

export { angle, bareAngle, turns } from './angle.js'

export interface Quantity {
  readonly text: string
  readonly parts: Readonly<Record<string, number>>
}

interface Unit {
  readonly key: string
  readonly weight: number
  readonly singular: readonly string[]
  readonly plural: readonly string[]
  readonly symbols: readonly string[]
  /** "a" or "an". */
  readonly article: string
  /** Whole numbers drawn evenly from one of these ranges (low, high, grid). */
  readonly spans: readonly (readonly [number, number, number])[]
  /** How often a fraction is natural. */
  readonly fraction: number
}

const unit = (
  key: string,
  weight: number,
  names: string,
  symbols: string,
  article: string,
  fraction: number,
  spans: readonly (readonly [number, number, number])[],
): Unit => {
  const [singular, plural] = names.split('/').map((list) => list.split(' '))
  return { key, weight, singular, plural, symbols: symbols.split(' '), article, fraction, spans }
}

const metre = unit('metres', 42, 'metre meter/metres meters', 'm m m m m m mtr mtrs mt', 'a', 0.35, [
  [1, 5, 1],
  [1, 12, 1],
  [1, 20, 1],
])
const centimetre = unit(
  'centimetres',
  22,
  'centimetre centimeter/centimetres centimeters',
  'cm cm cm cm cm cms',
  'a',
  0.04,
  [
    [5, 100, 5],
    [10, 200, 10],
    [1, 100, 1],
    [1, 400, 1],
    [50, 2000, 50],
  ],
)
const millimetre = unit('millimetres', 7, 'millimetre millimeter/millimetres millimeters', 'mm', 'a', 0.02, [
  [10, 200, 10],
  [50, 1000, 50],
  [1, 999, 1],
  [100, 5000, 100],
])
const foot = unit('feet', 14, 'foot/feet feet feet foot', 'ft ft', 'a', 0.2, [
  [1, 10, 1],
  [1, 25, 1],
  [1, 65, 1],
])
const inch = unit('inches', 9, 'inch/inches', 'in inch', 'an', 0.12, [
  [1, 12, 1],
  [1, 40, 1],
  [2, 100, 2],
  [10, 400, 10],
])
const yard = unit('yards', 8, 'yard/yards', 'yd yds', 'a', 0.15, [
  [1, 6, 1],
  [1, 21, 1],
])
const second = unit('seconds', 58, 'second second second sec/seconds seconds seconds secs', 's sec secs s', 'a', 0.15, [
  [1, 10, 1],
  [1, 60, 1],
  [5, 120, 5],
  [60, 1000, 10],
])
const minute = unit('minutes', 26, 'minute minute minute min/minutes minutes minutes mins', 'min mins min', 'a', 0.15, [
  [1, 5, 1],
  [1, 30, 1],
  [5, 60, 5],
])
const hour = unit('hours', 3, 'hour/hours', 'h hr', 'an', 0.3, [[1, 1, 1]])

const lengths = [metre, centimetre, millimetre, foot, inch, yard].map((u) => [u, u.weight] as const)
const times = [second, minute, hour].map((u) => [u, u.weight] as const)

export function length(random: Random): Quantity {
  if (random.chance(0.025))
    return tooMuch(random, random.weighted(lengths), {
      metres: 21,
      centimetres: 2001,
      millimetres: 20001,
      feet: 66,
      inches: 788,
      yards: 22,
    })
  if (random.chance(0.07)) {
    return random.weighted([
      [
        () =>
          compound(
            random,
            metre,
            centimetre,
            random.int(1, 6),
            random.chance(0.7) ? random.int(1, 19) * 5 : random.int(1, 99),
            10,
          ),
        4,
      ],
      [() => compound(random, foot, inch, random.int(1, 20), random.int(1, 11), 1), 5],
      [() => compound(random, yard, foot, random.int(1, 8), random.int(1, 2), 99), 1],
    ])()
  }
  return vary(random, simple(random, random.weighted(lengths)))
}

export function duration(random: Random): Quantity {
  if (random.chance(0.02)) return tooMuch(random, random.weighted(times), { seconds: 3601, minutes: 61, hours: 2 })
  if (random.chance(0.1)) {
    const rest = random.chance(0.6) ? random.int(1, 11) * 5 : random.int(1, 59)
    return compound(random, minute, second, random.int(1, 10), rest, 10)
  }
  return vary(random, simple(random, random.weighted(times)))
}

/** A word that changes nothing: "exactly", "about", "a total of". */
function vary(random: Random, quantity: Quantity): Quantity {
  if (!random.chance(0.05)) return quantity
  const word = random.pick([
    'exactly',
    'about',
    'roughly',
    'precisely',
    'around',
    'another',
    'approximately',
    'a full',
    'some',
  ])
  if (/^⟦?(an?|one|half)\b/.test(quantity.text) || quantity.text.startsWith('a ')) return quantity
  return { text: `${word} ${quantity.text}`, parts: quantity.parts }
}

function simple(random: Random, u: Unit): Quantity {
  const [low, high, grid] = random.pick(u.spans)
  const whole = low + grid * random.int(0, Math.floor((high - low) / grid))
  if (u.key === 'hours') return hours(random, u)
  if (random.chance(u.fraction)) return fractional(random, u, whole)
  return counted(random, u, whole)
}

function counted(random: Random, u: Unit, n: number): Quantity {
  const parts = { [u.key]: n }
  if (n === 1 && random.chance(0.5)) return { text: `${guard(u.article)} ${name(random, u, true)}`, parts }
  if (n === 2 && random.chance(0.15))
    return { text: `${guard(random.pick(['a couple of', 'a couple', 'a pair of']))} ${name(random, u, false)}`, parts }
  if (n === 12 && random.chance(0.1)) return { text: `${guard('a dozen')} ${name(random, u, false)}`, parts }
  return {
    text: random.chance(0.5) ? figure(random, u, n) : `${guard(words(n, random))} ${name(random, u, n === 1, true)}`,
    parts,
  }
}

function fractional(random: Random, u: Unit, n: number): Quantity {
  const decimals = u.key === 'metres' && random.chance(0.3) ? 2 : 1
  if (random.chance(0.5)) {
    // A typed or spoken decimal: 0.35, 1.5, "two point two".
    const base = random.chance(0.35) ? 0 : Math.min(n, u.key === 'metres' ? 19 : n)
    const part = random.chance(0.35) ? 5 * 10 ** (decimals - 1) : random.int(1, 10 ** decimals - 1)
    const value = Number(`${base}.${String(part).padStart(decimals, '0')}`)
    const parts = { [u.key]: value }
    if (random.chance(0.65)) return { text: figure(random, u, value), parts }
    return { text: `${guard(spoken(value, random))} ${name(random, u, false)}`, parts }
  }
  const [share, after, alone] = random.pick(fractions)
  if (random.chance(0.5)) {
    // Half a metre, three quarters of a metre, 1/2 metre.
    const parts = { [u.key]: share }
    const one = `${u.article} ${name(random, u, true)}`
    const figures = share === 0.5 ? '1/2' : share === 0.25 ? '1/4' : '3/4'
    if (random.chance(0.14))
      return {
        text: random.pick([
          `${guard(figures)} ${name(random, u, true)}`,
          `${guard(figures)} ${name(random, u, true)}`,
          `${guard(figures)} of ${one}`,
          `${guard(figures)} ${u.symbols[0]}`,
          share === 0.5 ? `${guard(figures)} ${one}` : `${guard(figures)} of ${one}`,
        ]),
        parts,
      }
    if (share === 0.25 && random.chance(0.3))
      return {
        text: random.pick([
          `${guard(spell('quarter', random))} of ${one}`,
          `${guard(spell('quarter', random))} ${name(random, u, true)}`,
          `${guard(`a ${spell('quarter', random)}`)} ${name(random, u, true)}`,
          `${guard('one quarter')} of ${one}`,
          `${guard(`a ${spell('quarter', random)}`)} ${one}`,
        ]),
        parts,
      }
    if (share === 0.75 && random.chance(0.35))
      return {
        text: random.pick([
          `${guard(spellAll('three quarter', random))} of ${one}`,
          `${guard(spellAll('three quarter', random))} ${name(random, u, true)}`,
          `${guard('three-quarters')} of ${one}`,
          `${guard(`3 ${spell('quarters', random)}`)} of ${one}`,
          `${guard(spellAll('three quarters', random))} ${name(random, u, true)}`,
        ]),
        parts,
      }
    if (share !== 0.5) return { text: `${guard(spellAll(alone, random))} of ${one}`, parts }
    const half = spell('half', random)
    return {
      text: random.pick([
        `${guard(half)} ${one}`,
        `${guard(half)} ${one}`,
        `${guard(half)} ${one}`,
        `${guard(`a ${half}`)} ${name(random, u, true)}`,
        `${guard(half)} of ${one}`,
        `${guard(`one ${half}`)} ${name(random, u, true)}`,
        `${guard(half)} ${name(random, u, true)}`,
        `${guard(`a ${half}`)} of ${one}`,
      ]),
      parts,
    }
  }
  // Two and a half metres, a metre and a half, 2 1/2 metres.
  const count = random.chance(0.4) ? 1 : Math.min(n, 19)
  const parts = { [u.key]: count + share }
  const rest = spellAll(after, random)
  if (count === 1 && random.chance(0.6))
    return { text: `${guard(u.article)} ${name(random, u, true)} ${guard(`and ${rest}`)}`, parts }
  const number = random.chance(0.75) ? words(count, random) : String(count)
  if (random.chance(0.12))
    return {
      text: `${guard(`${count} ${share === 0.5 ? '1/2' : share === 0.25 ? '1/4' : '3/4'}`)} ${name(random, u, false)}`,
      parts,
    }
  if (random.chance(0.15))
    return { text: `${guard(number)} ${name(random, u, count === 1)} ${guard(`and ${rest}`)}`, parts }
  if (share === 0.5 && random.chance(0.1))
    return {
      text: `${guard(random.pick([`${number}-and-a-half`, `${number} and ${rest.replace(/^(a|one) /, '')}`, `${number} & a half`]))} ${name(random, u, false)}`,
      parts,
    }
  return { text: `${guard(`${number} and ${rest}`)} ${name(random, u, false)}`, parts }
}

function hours(random: Random, u: Unit): Quantity {
  return random.pick([
    () => ({ text: `${guard('half')} an hour`, parts: { hours: 0.5 } }),
    () => ({ text: `${guard('a half')} hour`, parts: { hours: 0.5 } }),
    () => ({ text: `${guard('a quarter')} of an hour`, parts: { hours: 0.25 } }),
    () => ({ text: `${guard('three quarters')} of an hour`, parts: { hours: 0.75 } }),
    () => counted(random, u, 1),
    () => counted(random, u, 1),
    () => ({ text: figure(random, u, 0.5), parts: { hours: 0.5 } }),
  ])()
}

/** Five feet three inches, 1 m 20, two minutes thirty; `bare` is the least second number that may lose its unit. */
function compound(random: Random, big: Unit, little: Unit, a: number, b: number, bare: number): Quantity {
  const digits = random.chance(0.5)
  const first =
    a === 1 && !digits && random.chance(0.5)
      ? `${guard(big.article)} ${name(random, big, true)}`
      : digits
        ? figure(random, big, a)
        : `${guard(words(a, random))} ${name(random, big, a === 1, true)}`
  const and = random.pick([' and ', ' and ', ' ', ' ', ', '])
  const parts = { [big.key]: a, [little.key]: b }
  if (b >= bare && and !== ', ' && random.chance(0.25))
    return { text: `${first} ${guard(digits ? String(b) : words(b, random))}`, parts }
  const second = digits
    ? figure(random, little, b)
    : `${guard(words(b, random))} ${name(random, little, b === 1, true)}`
  return { text: `${first}${and}${second}`, parts }
}

/** More than the robot does; the wire carries it, and ./wire refuses. */
function tooMuch(random: Random, u: Unit, least: Readonly<Record<string, number>>): Quantity {
  const low = least[u.key]
  const n = random.pick([
    random.int(low, low * 3),
    random.int(1, 9) * 10 ** String(low).length,
    random.int(low, low * 20),
  ])
  const value = Math.min(99999, Math.max(low, n))
  const round = value > 100 && random.chance(0.6) ? Math.max(low, Math.round(value / 100) * 100) : value
  return {
    text: random.chance(0.7) ? figure(random, u, round) : `${guard(words(round, random))} ${name(random, u, false)}`,
    parts: { [u.key]: round },
  }
}

/** Digits with a unit: "50 cm", "50cm", "50 centimetres". */
function figure(random: Random, u: Unit, value: number): string {
  const number = typed(value, random)
  if (random.chance(0.45)) return `${guard(number)} ${name(random, u, value === 1)}`
  const symbol = random.pick(u.symbols)
  if (random.chance(0.5)) return guard(number + symbol)
  return guard(`${number} ${symbol}`)
}

/** The unit's name; `loose` allows the sloppy singular: "five foot", "two meter". */
function name(random: Random, u: Unit, singular: boolean, loose = false): string {
  if (singular || (loose && random.chance(0.03))) return random.pick(u.singular)
  return random.pick(u.plural)
}
