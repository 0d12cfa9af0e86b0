/**
 * How codes become signed bytes in a vector, where a type's values are bytes times a power of two.
 * takes  TType · gives  C++ over Bytes, undefined where values are no bytes or no few instructions make them
 * before ../type/lossless · after ./source
 */
import { converts } from '../type/lossless.js'
import type { TType } from '../type/ttype.js'

export interface ByteDecode {
  /** The source of values out of the source of codes. */
  value(code: string): string
  /** What they are to be multiplied by: a power of two. */
  readonly times: number
  readonly table?: readonly number[]
}

export function byteDecode(type: TType): ByteDecode | undefined {
  if (type.bits > 8 || type.lanes !== 1) return undefined
  const found = converts(type, 'i8')
  if (!found.lossless) return undefined
  const to = [...found.to]
  const times = 2 ** found.exponent
  const [first] = to
  if (to.every((value, code) => value === code + first))
    return { value: (code) => (first === 0 ? code : `minus(${code}, ${-first})`), times }
  const sign = 2 ** (type.bits - 1)
  if (to.every((value, code) => value === (code ^ sign) - sign))
    return type.bits === 8
      ? { value: (code) => code, times }
      : { value: (code) => `minus(exclusive(${code}, bytes(${sign})), ${sign})`, times }
  if (type.bits > 4) return undefined
  return { value: (code) => `lookUpBytes(byteTable, ${code})`, times, table: to }
}
