/**
 * The C++ of a linear: codes are unpacked by the layout's map, decoded in registers, multiplied, summed. Whatever the
 * instruction set, the text below the prelude is the same.
 * takes  type, layout, grouping, whether products are of bytes · gives  C++ · before ./lower, ./bytes · after ./linear
 */
import { type Layout, place } from '../tile/layout.js'
import type { TType } from '../type/ttype.js'
import { byteDecode } from './bytes.js'
import type { Grouping } from './layout.js'
import { floatLiteral, lowerReal } from './lower.js'

export interface SourceShape {
  readonly name: string
  readonly type: TType
  readonly layout: Layout
  /** Absent where a group is all of a row: units are counted at run time then. */
  readonly grouping?: Grouping
  /** Codes of a vector. */
  readonly lanes: number
  readonly bytes: boolean
}

/** Sums that run side by side, so that additions need not wait for each other. */
const chains = 4

export function kernelSource(shape: SourceShape): string {
  const { name, type, layout, grouping, lanes, bytes } = shape
  const decode = bytes ? byteDecode(type) : undefined
  const perRecord = grouping?.perRecord ?? 1
  const slots = layout.unit / lanes
  const words = layout.unitBytes / 4
  const metadata = (type.scaled ? 1 : 0) + (type.shifted ? 1 : 0)
  const [vector, sum, none, load] = bytes
    ? ['Bytes', 'Products', 'noProducts()', 'loadBytes']
    : ['Ints', 'Sum', 'none()', 'loadInts']
  const tables: string[] = decode?.table ? [`static const int8_t byteTable[16] = {${decode.table.join(', ')}};`] : []
  const tableNames = new Map<string, string>()
  const table = (values: readonly number[]): string => {
    const list = Array.from({ length: Math.max(values.length + 1, 17) }, (_, i) =>
      floatLiteral(Math.fround(values[i] ?? 0)),
    )
    const text = list.join(', ')
    const known = tableNames.get(text) ?? `table${tableNames.size}`
    if (!tableNames.has(text)) tables.push(`static const float ${known}[${list.length}] = {${text}};`)
    tableNames.set(text, known)
    return known
  }
  const loads = loadsOf(layout, bytes ? 8 : 32, lanes).map(
    (word, v) => `const ${vector} w${v} = ${load}(at${word === 0 ? '' : ` + ${word}`});`,
  )
  /** A vector of codes, its values by lane, and their products with every token's inputs. */
  const multiply = (slot: number): string[] => {
    const code = unpack(layout, slot, lanes, bytes)
    return type.decode.flatMap((lane, l) => {
      const at = (slot * type.lanes + l) * lanes
      const value = decode ? decode.value(code) : lowerReal(lane, code, table)
      const chain = (slot * type.lanes + l) % chains
      return [
        `{ const ${bytes ? 'Bytes' : 'Reals'} v = ${value};`,
        bytes
          ? `  for (int i = 0; i < T; i++) s[i][${chain}] = dot(v, loadBytes(x + i * k.columns + ${at}), s[i][${chain}]); }`
          : `  for (int i = 0; i < T; i++) s[i][${chain}] = madd(v, loadReals(x + i * k.columns + ${at}), s[i][${chain}]); }`,
      ]
    })
  }
  const join = bytes
    ? 'toSum(joinProducts(joinProducts(s[i][0], s[i][1]), joinProducts(s[i][2], s[i][3])))'
    : 'join(join(s[i][0], s[i][1]), join(s[i][2], s[i][3]))'
  const times = decode && decode.times !== 1 ? ` * ${floatLiteral(decode.times)}` : ''
  const flush = (g: number): string[] => [
    'for (int i = 0; i < T; i++) {',
    type.scaled || times
      ? `  total[i] = scaleBy(${join}, ${type.scaled ? `meta[${g * metadata}]` : '1.0f'}${times}, total[i]);`
      : `  total[i] = join(${join}, total[i]);`,
    ...(type.shifted
      ? [`  extra[i] += meta[${g * metadata + (type.scaled ? 1 : 0)}] * k.sums[(t + i) * k.groups + group + ${g}];`]
      : []),
    '}',
  ]
  const begin = [
    `${sum} s[T][${chains}];`,
    `for (int i = 0; i < T; i++) for (int c = 0; c < ${chains}; c++) s[i][c] = ${none};`,
  ]
  const span = layout.unit * type.lanes
  const step = `at += ${words}; x += ${span};`
  const slotsOf = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => multiply(from + i)).flat()
  const record =
    perRecord > 1
      ? [
          ...loads,
          ...Array.from({ length: perRecord }, (_, g) => [
            '{',
            ...indent([...begin, ...slotsOf((g * slots) / perRecord, ((g + 1) * slots) / perRecord), ...flush(g)]),
            '}',
          ]).flat(),
          step,
        ]
      : [
          ...begin,
          'for (int unit = 0; unit < k.units; unit++) {',
          ...indent([...loads, ...slotsOf(0, slots), step]),
          '}',
          ...flush(0),
        ]
  const body = [
    'for (int r = k.from; r < k.to; r++) {',
    ...indent([
      'const uint32_t* at = k.packed + static_cast<size_t>(r) * k.rowWords;',
      `const Input* x = k.x + static_cast<size_t>(t) * k.columns;`,
      'Sum total[T];',
      'float extra[T] = {};',
      'for (int i = 0; i < T; i++) total[i] = none();',
      `for (int group = 0; group < k.groups; group += ${perRecord}) {`,
      ...indent([
        `const float* meta = reinterpret_cast<const float*>(at + k.units * ${words});`,
        '(void)meta;',
        ...record,
        `at += ${perRecord * metadata};`,
      ]),
      '}',
      'for (int i = 0; i < T; i++)',
      '  k.y[static_cast<size_t>(t + i) * k.rows + r] =',
      '      static_cast<float>((across(total[i]) + extra[i]) * k.xScales[t + i] + (k.bias ? k.bias[r] : 0.0f));',
    ]),
    '}',
  ]
  return `// ${name}: codes of ${type.bits} bits in vectors of ${lanes}, ${perRecord} groups to a record
using Input = ${bytes ? 'int8_t' : 'float'};

struct Work {
  const uint32_t* packed;
  const Input* x;
  const float *sums, *xScales, *bias;
  float* y;
  int n, rows, rowWords, units, groups, columns, from, to;
};

${tables.map((line) => `${line}\n`).join('')}
template <int T>
static void multiply(const Work& k, int t) {
${indent(body).join('\n')}
}

static void linear(const Work& k) {
  int t = 0;
  for (; t + 2 <= k.n; t += 2) multiply<2>(k, t);
  for (; t < k.n; t++) multiply<1>(k, t);
}
`
}

/** Where a unit's vectors begin, in words. */
function loadsOf({ parts, unit }: Layout, laneBits: number, lanes: number): number[] {
  const vectors = parts.reduce((sum, { width }) => sum + (unit * width) / (laneBits * lanes), 0)
  return Array.from({ length: vectors }, (_, v) => (v * laneBits * lanes) / 32)
}

/** The codes of a slot: those of `lanes` columns that follow each other. */
function unpack({ parts }: Layout, slot: number, lanes: number, bytes: boolean): string {
  const laneBits = bytes ? 8 : 32
  const found = parts.map((part) => {
    const at = place(part, 0, slot * lanes)
    const vector = `w${Math.floor(at / (laneBits * lanes))}`
    const shift = at % laneBits
    if (part.width === laneBits) return vector
    const mask = 2 ** part.width - 1
    if (bytes) {
      const own = `field(${vector}, ${shift}, ${mask})`
      return part.from === 0 ? own : `raise(${own}, ${part.from})`
    }
    const moved = shift === 0 ? vector : `shr(${vector}, ${shift})`
    const own = shift + part.width === 32 ? moved : `iand(${moved}, ints(${mask}))`
    return part.from === 0 ? own : `shl(${own}, ${part.from})`
  })
  return found.reduce((a, b) => `${bytes ? 'either' : 'ior'}(${a}, ${b})`)
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
