/**
 * How a js kernel turns codes into values: by arithmetic where the expression is short, else by a table of all codes; in
 * whole numbers where sums are to be exact.
 * takes  TType · gives  the source of a value, out of the source of a code · before ./lower, ../type/lossless · after ./source
 */
import { valuesOf } from '../type/evaluate.js'
import type { Int, Real } from '../type/expression.js'
import { converts } from '../type/lossless.js'
import type { TType } from '../type/ttype.js'
import { lowerReal, type Whole } from './lower.js'

export type Table = Float64Array | Int32Array

export interface Decode {
  /** The source of a lane's value. */
  value(code: Whole, lane: number): string
  /** What values are to be multiplied by: a power of two. */
  readonly times: number
  /** By the names that sources have for them. */
  readonly tables: ReadonlyMap<string, Table>
}

/** Beyond so many steps a load is cheaper. */
const fewSteps = 4
/** Tables of more codes would leave the caches. */
const tableBits = 12

export function decoderOf(type: TType, exact: boolean): Decode {
  const { decode, bits, lanes } = type
  const tables = new Map<string, Table>()
  const add = (values: Table): string => {
    const known = [...tables].find(([, held]) => held.length === values.length && held.every((v, i) => v === values[i]))
    const name = known?.[0] ?? `table${tables.size}`
    if (!known) tables.set(name, values)
    return name
  }
  const short = decode.every((each) => steps(each) <= fewSteps && (!exact || each.op === 'toReal'))
  if (short || bits > tableBits) {
    const inner = (values: readonly number[]) => add(Float64Array.from(values, Math.fround))
    return { value: (code, lane) => lowerReal(decode[lane], code, inner), times: 1, tables }
  }
  const whole = exact ? converts(type, 'i8') : undefined
  const all = whole?.lossless ? Int32Array.from(whole.to) : Float64Array.from(valuesOf(type))
  const names = decode.map((_, lane) => add(all.filter((_, i) => i % lanes === lane)))
  const times = whole?.lossless ? 2 ** whole.exponent : 1
  return { value: ({ text }, lane) => `${names[lane]}[${text}]`, times, tables }
}

/** Whether int8 inputs may be summed in whole numbers: values are bytes times a power of two. */
export function sumsExactly(type: TType): boolean {
  return type.bits <= 16 && converts(type, 'i8').lossless
}

function steps(e: Real | Int): number {
  if (e.op === 'code' || e.op === 'int' || e.op === 'real') return 0
  const parts = Object.values(e).filter((part): part is Real | Int => typeof part === 'object' && 'op' in part)
  return 1 + parts.reduce((sum, part) => sum + steps(part), 0)
}
