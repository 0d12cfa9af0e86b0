/**
 * What an expression means: the value of a code. Every emitter answers to this.
 * takes  an expression, a code · gives  its number; of a type, all its values
 * before ./expression · after ./elements, ./lossless, the tests of all emitters
 */
import { LutraError } from '../../../hal/error.js'
import type { Int, Real } from './expression.js'
import type { TType } from './ttype.js'

const word = new Int32Array(1)
const float = new Float32Array(word.buffer)

/** A whole number of 32 bits, signed. */
export function evaluateInt(e: Int, code: number): number {
  switch (e.op) {
    case 'code':
      return code | 0
    case 'int':
      return e.value | 0
    case 'iselect':
      return evaluateInt(evaluateInt(e.if, code) !== 0 ? e.then : e.else, code)
  }
  const a = evaluateInt(e.a, code)
  const b = evaluateInt(e.b, code)
  switch (e.op) {
    case 'iadd':
      return (a + b) | 0
    case 'isub':
      return (a - b) | 0
    case 'imul':
      return Math.imul(a, b)
    case 'and':
      return a & b
    case 'or':
      return a | b
    case 'xor':
      return a ^ b
    case 'shl':
      return a << b
    case 'shr':
      return (a >>> b) | 0
    case 'sar':
      return a >> b
    case 'ieq':
      return a === b ? 1 : 0
    case 'ilt':
      return a < b ? 1 : 0
  }
}

/** A float32; each step rounds. */
export function evaluate(e: Real, code: number): number {
  switch (e.op) {
    case 'real':
      return Math.fround(e.value)
    case 'toReal':
      return Math.fround(evaluateInt(e.a, code))
    case 'asReal':
      word[0] = evaluateInt(e.a, code)
      return float[0]
    case 'add':
      return Math.fround(evaluate(e.a, code) + evaluate(e.b, code))
    case 'sub':
      return Math.fround(evaluate(e.a, code) - evaluate(e.b, code))
    case 'mul':
      return Math.fround(evaluate(e.a, code) * evaluate(e.b, code))
    case 'select':
      return evaluate(evaluateInt(e.if, code) !== 0 ? e.then : e.else, code)
    case 'table':
      return Math.fround(e.values[evaluateInt(e.index, code) >>> 0] ?? 0)
  }
}

/** Codes of more bits than this are not listed. */
const listedBits = 16
const listed = new WeakMap<TType, Float32Array>()

/** All values of a type of at most 16 bits: lane l of code c is at c · lanes + l. Worked out once for a type. */
export function valuesOf(type: TType): Float32Array {
  const known = listed.get(type)
  if (known) return known
  if (type.bits > listedBits)
    throw new LutraError(
      'unsupported',
      `Expected a type of at most ${listedBits} bits but found ${type.name} of ${type.bits}`,
    )
  const { decode, lanes } = type
  const values = new Float32Array(2 ** type.bits * lanes)
  for (let i = 0; i < values.length; i++) values[i] = evaluate(decode[i % lanes], Math.floor(i / lanes))
  listed.set(type, values)
  return values
}
