/**
 * A decode expression as C++ over vectors, in the words of ./scalar, ./avx2 and ./neon.
 * takes  Int or Real, the source of the codes · gives  source text, and the tables that it names
 * before ../type/expression · after ./source
 */
import type { Int, Real } from '../type/expression.js'

/** Collects tables: gives the name of the array that will hold these values. */
export type Tables = (values: readonly number[]) => string

const names = { iadd: 'iadd', isub: 'isub', imul: 'imul', and: 'iand', or: 'ior', xor: 'ixor' } as const

export function lowerReal(e: Real, code: string, tables: Tables): string {
  const real = (part: Real) => lowerReal(part, code, tables)
  switch (e.op) {
    case 'real':
      return floating(e.value)
    case 'toReal':
    case 'asReal':
      return `${e.op}(${lowerInt(e.a, code)})`
    case 'add':
    case 'sub':
    case 'mul':
      return `${e.op}(${real(e.a)}, ${real(e.b)})`
    case 'select':
      return `select(${lowerInt(e.if, code)}, ${real(e.then)}, ${real(e.else)})`
    case 'table':
      return `lookUp(${tables(e.values)}, ${e.values.length}, ${lowerInt(e.index, code)})`
  }
}

function lowerInt(e: Int, code: string): string {
  const int = (part: Int) => lowerInt(part, code)
  switch (e.op) {
    case 'code':
      return code
    case 'int':
      return `ints(${whole(e.value)})`
    case 'iselect':
      return `iselect(${int(e.if)}, ${int(e.then)}, ${int(e.else)})`
    case 'shl':
    case 'shr':
    case 'sar':
      return `${e.op}(${int(e.a)}, ${e.b.op === 'int' ? whole(e.b.value) : int(e.b)})`
    case 'ieq':
    case 'ilt':
      return `${e.op}(${int(e.a)}, ${int(e.b)})`
    default:
      return `${names[e.op]}(${int(e.a)}, ${int(e.b)})`
  }
}

function whole(value: number): string {
  return (value | 0) === -(2 ** 31) ? 'INT32_MIN' : String(value | 0)
}

function floating(value: number): string {
  const rounded = Math.fround(value)
  if (!Number.isFinite(rounded)) return `asReal(ints(${whole(new Int32Array(Float32Array.of(rounded).buffer)[0])}))`
  return `reals(${floatLiteral(rounded)})`
}

/** The digits of a float32 as C++ reads them back. */
export function floatLiteral(value: number): string {
  const digits = Object.is(value, -0) ? '-0' : String(value)
  return `${/[.e]/.test(digits) ? digits : `${digits}.0`}f`
}
