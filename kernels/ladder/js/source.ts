/**
 * The source of a js linear: codes are unpacked by the layout's map, decoded by the type's expression, multiplied, summed.
 * A token alone is multiplied by codes as they are decoded; for several a row is decoded once, to memory. Sums have the
 * same order both ways.
 * takes  type, layout, whether sums are whole numbers · gives  text of a function's body · before ./decode · after ./linear
 */
import { type Layout, place } from '../tile/layout.js'
import type { TType } from '../type/ttype.js'
import type { Decode } from './decode.js'
import type { Whole } from './lower.js'

export function linearSource(name: string, type: TType, layout: Layout, decode: Decode, exact: boolean): string {
  const { lanes, bits, scaled, shifted } = type
  const words = layout.unitBytes / 4
  const span = layout.unit * lanes
  const loads = Array.from({ length: words }, (_, w) => `const w${w} = words[${offset('at', w)}]`)
  const values = Array.from({ length: span }, (_, i) => {
    const code = unpack(layout, Math.floor(i / lanes), bits)
    return decode.value(code, i % lanes)
  })
  const sum = (i: number, value: string): string => {
    const product = `${value} * x[${offset('a', i)}]`
    return exact ? `s${i & 3} = (s${i & 3} + ${product}) | 0` : `s${i & 3} += ${product}`
  }
  const metadata = (scaled ? 1 : 0) + (shifted ? 1 : 0)
  const dot = `${decode.times === 1 ? '' : `${decode.times} * `}(s0 + s1 + (s2 + s3))`
  const group = `${scaled ? 'floats[at] * ' : ''}${dot}${shifted ? ` + ${`floats[${offset('at', scaled ? 1 : 0)}]`} * sums[t * groups + g]` : ''}`
  /** A row times token t; `values` lie in `row` already, or are decoded here. */
  const multiply = (decoded: boolean): string[] => [
    'let total = 0',
    'let at = r * rowWords',
    `let a = t * columns${decoded ? ', b = 0' : ''}`,
    ...loop('g', 'groups', [
      'let s0 = 0, s1 = 0, s2 = 0, s3 = 0',
      ...loop('u', 'units', [
        ...(decoded ? [] : loads),
        ...values.map((value, i) => sum(i, decoded ? `row[${offset('b', i)}]` : value)),
        `at += ${words}`,
        `a += ${span}`,
        ...(decoded ? [`b += ${span}`] : []),
      ]),
      `total += ${group}`,
      `at += ${metadata}`,
    ]),
    'y[t * rows + r] = total * xScales[t] + (bias ? bias[r] : 0)',
  ]
  const fill = [
    'let at = r * rowWords, a = 0',
    ...loop('g', 'groups', [
      ...loop('u', 'units', [
        ...loads,
        ...values.map((value, i) => `row[${offset('a', i)}] = ${value}`),
        `at += ${words}`,
        `a += ${span}`,
      ]),
      `at += ${metadata}`,
    ]),
  ]
  const lines = [
    `// ${name}: codes of ${bits} bits in 32-bit words${metadata ? `, and behind a group its ${[scaled ? ['scale'] : [], shifted ? ['minimum'] : []].flat().join(' and ')}` : ''}`,
    'return function run({ words, floats, rows, rowWords, units, groups, columns, row }, { x, sums, xScales, n }, y, from, to, bias) {',
    ...indent([
      'for (let r = from; r < to; r++) {',
      ...indent([
        'if (n === 1) {',
        ...indent(['const t = 0', ...multiply(false)]),
        '} else {',
        ...indent(fill),
        ...indent(loop('t', 'n', multiply(true))),
        '}',
      ]),
      '}',
    ]),
    '}',
  ]
  return `${lines.join('\n')}\n`
}

/** Source of code j of a unit, out of the words w0, w1, … */
function unpack({ parts }: Layout, j: number, bits: number): Whole {
  const found = parts.map((part) => {
    const at = place(part, 0, j)
    const [word, shift] = [`w${at >> 5}`, at & 31]
    if (part.width === 32) return `(${word} | 0)`
    const moved = shift === 0 ? word : `${word} >>> ${shift}`
    const own = shift + part.width === 32 ? `(${moved})` : `(${moved} & ${2 ** part.width - 1})`
    return part.from === 0 ? own : `${own} << ${part.from}`
  })
  const text = found.length === 1 ? found[0] : `(${found.join(' | ')})`
  return bits === 32 ? { text, low: -(2 ** 31), high: 2 ** 31 - 1 } : { text, low: 0, high: 2 ** bits - 1 }
}

function loop(variable: string, end: string, body: readonly string[]): string[] {
  return [`for (let ${variable} = 0; ${variable} < ${end}; ${variable}++) {`, ...indent(body), '}']
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

function offset(base: string, by: number): string {
  return by === 0 ? base : `${base} + ${by}`
}
