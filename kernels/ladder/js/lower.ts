/**
 * A decode expression as JavaScript source. Ranges of whole numbers are followed, so that wrapping and rounding are written
 * out only where they could happen.
 * takes  Int or Real, the source of the code · gives  source text, and the tables that it names
 * before ../type/expression · after ./source
 */
import type { Int, Real } from '../type/expression.js'

/** Source of a whole number, which lies within low … high. */
export interface Whole {
  readonly text: string
  readonly low: number
  readonly high: number
}

/** Collects tables: `name(values)` is the variable that will hold them. */
export type Tables = (values: readonly number[]) => string

const [least, most] = [-(2 ** 31), 2 ** 31 - 1]

export function lowerReal(e: Real, code: Whole, tables: Tables): string {
  const real = (part: Real) => lowerReal(part, code, tables)
  const int = (part: Int) => lowerInt(part, code)
  switch (e.op) {
    case 'real':
      return literal(Math.fround(e.value))
    case 'toReal': {
      const { text, low, high } = int(e.a)
      return low >= -(2 ** 24) && high <= 2 ** 24 ? text : `Math.fround(${text})`
    }
    case 'asReal':
      return `(word[0] = ${int(e.a).text}, float[0])`
    case 'add':
      return `Math.fround(${real(e.a)} + ${real(e.b)})`
    case 'sub':
      return `Math.fround(${real(e.a)} - ${real(e.b)})`
    case 'mul':
      return `Math.fround(${real(e.a)} * ${real(e.b)})`
    case 'select':
      return `(${condition(e.if, code)} ? ${real(e.then)} : ${real(e.else)})`
    case 'table': {
      const { text, low, high } = int(e.index)
      // Zeros stand for what lies beyond the end, as far as the index can go.
      const whole = low >= 0 && high < 65536
      const values = whole ? Array.from({ length: high + 1 }, (_, i) => e.values[i] ?? 0) : e.values
      return whole ? `${tables(values)}[${text}]` : `(${tables(values)}[(${text}) >>> 0] ?? 0)`
    }
  }
}

export function lowerInt(e: Int, code: Whole): Whole {
  if (e.op === 'code') return code
  if (e.op === 'int') return { text: literal(e.value | 0), low: e.value | 0, high: e.value | 0 }
  if (e.op === 'iselect') {
    const [yes, no] = [lowerInt(e.then, code), lowerInt(e.else, code)]
    return {
      text: `(${condition(e.if, code)} ? ${yes.text} : ${no.text})`,
      ...{ low: Math.min(yes.low, no.low), high: Math.max(yes.high, no.high) },
    }
  }
  const [a, b] = [lowerInt(e.a, code), lowerInt(e.b, code)]
  const infix = (sign: string, low = least, high = most) => ({ text: `(${a.text} ${sign} ${b.text})`, low, high })
  switch (e.op) {
    case 'iadd':
      return wrapped(infix('+', a.low + b.low, a.high + b.high))
    case 'isub':
      return wrapped(infix('-', a.low - b.high, a.high - b.low))
    case 'imul': {
      const ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
      const [low, high] = [Math.min(...ends), Math.max(...ends)]
      return low >= least && high <= most ? infix('*', low, high) : full(`Math.imul(${a.text}, ${b.text})`)
    }
    case 'and':
      if (a.low >= 0 || b.low >= 0)
        return infix('&', 0, Math.min(...[a, b].filter(({ low }) => low >= 0).map(({ high }) => high)))
      return infix('&')
    case 'or':
    case 'xor':
      return a.low >= 0 && b.low >= 0
        ? infix(e.op === 'or' ? '|' : '^', 0, 2 ** Math.ceil(Math.log2(Math.max(a.high, b.high) + 1)) - 1)
        : infix(e.op === 'or' ? '|' : '^')
    case 'shl':
      return shifted(a, b, (x, n) => x * 2 ** n) ?? infix('<<')
    case 'sar':
      return { ...infix('>>'), ...(b.low === b.high ? { low: a.low >> b.low, high: a.high >> b.low } : {}) }
    case 'shr':
      if (b.low === b.high && (b.low & 31) > 0)
        return a.low >= 0
          ? infix('>>>', a.low >>> b.low, a.high >>> b.low)
          : infix('>>>', 0, 2 ** (32 - (b.low & 31)) - 1)
      return full(`(${a.text} >>> ${b.text} | 0)`)
    case 'ieq':
    case 'ilt':
      return { text: `(${condition(e, code)} ? 1 : 0)`, low: 0, high: 1 }
  }
  function shifted(x: Whole, by: Whole, f: (x: number, n: number) => number): Whole | undefined {
    if (by.low !== by.high || by.low < 0 || by.low > 31) return undefined
    const [low, high] = [f(x.low, by.low), f(x.high, by.low)]
    return low >= least && high <= most ? infix('<<', low, high) : undefined
  }
}

function condition(e: Int, code: Whole): string {
  if (e.op === 'ieq') return `${lowerInt(e.a, code).text} === ${lowerInt(e.b, code).text}`
  if (e.op === 'ilt') return `${lowerInt(e.a, code).text} < ${lowerInt(e.b, code).text}`
  return `${lowerInt(e, code).text} !== 0`
}

function wrapped({ text, low, high }: Whole): Whole {
  return low >= least && high <= most ? { text, low, high } : full(`(${text} | 0)`)
}

function full(text: string): Whole {
  return { text, low: least, high: most }
}

function literal(value: number): string {
  if (Object.is(value, -0)) return '-0'
  return value < 0 ? `(${value})` : String(value)
}
