/**
 * What a type's values are, found by looking at all of them: whole numbers times a power of two, in even steps. This is the
 * proof that a conversion loses nothing.
 * takes  TType · gives  Numbers, or undefined where some value is no whole number of 16 bits
 * before ../type/evaluate · after ./convert
 */
import { valuesOf } from '../type/evaluate.js'
import type { TType } from '../type/ttype.js'

export interface Numbers {
  /** value = number · factor, a power of two. */
  readonly factor: number
  /** Number of every code. */
  readonly numbers: Int32Array
  readonly least: number
  readonly most: number
  /** All numbers are least + step · a whole number below 2^bits: in that order they are codes without a table. */
  readonly step: number
  readonly bits: number
}

/** Wider types are floats to us. */
const mostBits = 12
const found = new WeakMap<TType, Numbers | 'none'>()

export function numbersOf(type: TType): Numbers | undefined {
  const known = found.get(type) ?? look(type) ?? 'none'
  found.set(type, known)
  return known === 'none' ? undefined : known
}

function look(type: TType): Numbers | undefined {
  if (type.bits > mostBits || type.lanes !== 1) return undefined
  const values = valuesOf(type)
  for (let power = 0; power <= 24; power++) {
    const scaled = values.map((value) => value * 2 ** power)
    if (!scaled.every((value) => Math.abs(value) <= 32767)) return undefined
    if (!scaled.every(Number.isInteger)) continue
    const numbers = Int32Array.from(scaled)
    const least = Math.min(...numbers)
    const most = Math.max(...numbers)
    const step = numbers.reduce((a, number) => greatestDivisor(a, number - least), 0) || 1
    const bits = Math.max(1, Math.ceil(Math.log2((most - least) / step + 1)))
    return { factor: 2 ** -power, numbers, least, most, step, bits }
  }
  return undefined
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
