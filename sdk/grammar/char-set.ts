/**
 * Sets of Unicode code points, and the few patterns that are nothing but such a set.
 * takes  ranges, or a pattern like ^[a-z ]{1,8}$ · gives membership, overlap, and the lengths it asks for
 * before ./compile · after ./text
 */

/** Highest code point. */
const LAST = 0x10ffff
/** Surrogates are no characters: UTF-8 cannot hold them. */
const SURROGATES = [0xd800, 0xdfff] as const

/** Sorted, disjoint, inclusive ranges [lo, hi, lo, hi, …]; never holds a surrogate. */
export class CharSet {
  /** True when it holds every character, so that whole tokens can be let through unread. */
  readonly all: boolean

  constructor(readonly ranges: readonly number[]) {
    this.all = ranges.length === 4 && ranges[0] === 0 && ranges[1] === 0xd7ff && ranges[3] === LAST
  }

  has(point: number): boolean {
    return this.overlaps(point, point)
  }

  /** Whether any character between lo and hi, both included, is in the set. */
  overlaps(lo: number, hi: number): boolean {
    const { ranges } = this
    let a = 0
    let b = ranges.length / 2
    while (a < b) {
      const mid = (a + b) >> 1
      if (ranges[2 * mid + 1] < lo) a = mid + 1
      else b = mid
    }
    return 2 * a < ranges.length && ranges[2 * a] <= hi
  }
}

/** Any character at all. */
export const anyCharacter = charSet([[0, LAST]])

/** Builds a set from inclusive ranges in any order. */
export function charSet(ranges: readonly (readonly [number, number])[]): CharSet {
  const flat: number[] = []
  for (const [lo, hi] of [...ranges].sort((a, b) => a[0] - b[0])) {
    for (const [from, to] of [
      [lo, Math.min(hi, SURROGATES[0] - 1)],
      [Math.max(lo, SURROGATES[1] + 1), hi],
    ]) {
      if (from > to) continue
      if (flat.length > 0 && from <= flat[flat.length - 1] + 1) {
        flat[flat.length - 1] = Math.max(flat[flat.length - 1], to)
      } else flat.push(from, to)
    }
  }
  return new CharSet(flat)
}

/** A pattern that is one set and a count: `^[…]*$`, `+`, `?`, `{m,n}`, or undefined where it is anything more. */
export function parsePattern(pattern: string): { set: CharSet; min: number; max: number } | undefined {
  const parts = /^\^(\[(?:\\.|[^\]\\])+\]|\\[dw]|\.)(\*|\+|\?|\{(\d+)(,(\d*))?\})?\$$/su.exec(pattern)
  if (parts === null) return undefined
  const set = parts[1].startsWith('[') ? parseClass(parts[1].slice(1, -1)) : shorthand(parts[1])
  if (set === undefined) return undefined
  const [min, max] =
    parts[2] === undefined
      ? [1, 1]
      : parts[2] === '*'
        ? [0, Infinity]
        : parts[2] === '+'
          ? [1, Infinity]
          : parts[2] === '?'
            ? [0, 1]
            : [Number(parts[3]), parts[4] === undefined ? Number(parts[3]) : parts[5] ? Number(parts[5]) : Infinity]
  return min <= max ? { set, min, max } : undefined
}

const DIGITS = [[0x30, 0x39]] as const
const WORD = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]] as const // biome-ignore format: a table

function shorthand(text: string): CharSet | undefined {
  if (text === '\\d') return charSet(DIGITS)
  if (text === '\\w') return charSet(WORD)
  // The dot is everything but line ends, as in a regular expression without the s flag.
  return complement([[0x0a, 0x0a], [0x0d, 0x0d], [0x2028, 0x2029]]) // biome-ignore format: a table
}

/** The inside of [ ]: single characters, ranges, \d \w \n \t \r \uXXXX and escaped punctuation, ^ in front. */
function parseClass(inside: string): CharSet | undefined {
  const negated = inside.startsWith('^')
  const items = [...(negated ? inside.slice(1) : inside).matchAll(/\\u([0-9a-fA-F]{4})|\\(.)|(.)/gsu)]
  const ranges: [number, number][] = []
  for (let i = 0; i < items.length; i++) {
    if (items[i][2] === 'd') ranges.push(...DIGITS.map(([a, b]): [number, number] => [a, b]))
    else if (items[i][2] === 'w') ranges.push(...WORD.map(([a, b]): [number, number] => [a, b]))
    else {
      const lo = pointOf(items[i])
      const isRange = items[i + 1]?.[3] === '-' && i + 2 < items.length
      const hi = isRange ? pointOf(items[i + 2]) : lo
      if (lo === undefined || hi === undefined || hi < lo) return undefined
      ranges.push([lo, hi])
      if (isRange) i += 2
    }
  }
  if (ranges.length === 0) return undefined
  return negated ? complement(ranges) : charSet(ranges)
}

function pointOf(item: RegExpExecArray): number | undefined {
  if (item[1] !== undefined) return Number.parseInt(item[1], 16)
  if (item[3] !== undefined) return item[3].codePointAt(0)
  const named = { n: 10, r: 13, t: 9, f: 12, v: 11 }[item[2]]
  if (named !== undefined) return named
  // Any other escaped letter or digit is a class or a back reference, not a character.
  return /[a-zA-Z0-9]/.test(item[2]) ? undefined : item[2].codePointAt(0)
}

function complement(ranges: readonly (readonly [number, number])[]): CharSet {
  const { ranges: flat } = charSet(ranges)
  const out: [number, number][] = []
  let from = 0
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i] > from) out.push([from, flat[i] - 1])
    from = flat[i + 1] + 1
  }
  if (from <= LAST) out.push([from, LAST])
  return charSet(out)
}
