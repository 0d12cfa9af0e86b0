/**
 * A decode expression as vector instructions: four codes in 32-bit lanes become four float32.
 * takes  an expression (../../type/expression), the codes · gives  V128
 */
import type { Int, Real } from '../../type/expression.js'
import { f32, f32x4, i8x16, i32, i32x4, type V128, v128 } from '../code.js'

export function lower(expression: Real, code: V128): V128 {
  const real = (e: Real): V128 => lower(e, code)
  const int = (e: Int): V128 => lowerInt(e, code)
  switch (expression.op) {
    case 'real':
      return f32x4.splat(f32.const(expression.value))
    case 'toReal':
      return f32x4.convertI32x4(int(expression.a))
    case 'asReal':
      return int(expression.a)
    case 'add':
      return f32x4.add(real(expression.a), real(expression.b))
    case 'sub':
      return f32x4.sub(real(expression.a), real(expression.b))
    case 'mul':
      return f32x4.mul(real(expression.a), real(expression.b))
    case 'select':
      return v128.bitselect(
        real(expression.then),
        real(expression.else),
        i32x4.neg(int(expression.if)), // 1 becomes all bits
      )
    case 'table':
      return table(expression.values, int(expression.index))
  }
}

function lowerInt(expression: Int, code: V128): V128 {
  if (expression.op === 'code') return code
  if (expression.op === 'int') return i32x4.splat(i32.const(expression.value))
  const lowered = (e: Int): V128 => lowerInt(e, code)
  if (expression.op === 'iselect')
    return v128.bitselect(
      lowered(expression.then),
      lowered(expression.else),
      i32x4.neg(v128.and(lowered(expression.if), i32x4.splat(i32.const(1)))),
    )
  const { a, b } = expression
  switch (expression.op) {
    case 'iadd':
      return i32x4.add(lowered(a), lowered(b))
    case 'isub':
      return i32x4.sub(lowered(a), lowered(b))
    case 'imul':
      return i32x4.mul(lowered(a), lowered(b))
    case 'and':
      return v128.and(lowered(a), lowered(b))
    case 'or':
      return v128.or(lowered(a), lowered(b))
    case 'xor':
      return v128.xor(lowered(a), lowered(b))
    case 'shl':
      return i32x4.shl(lowered(a), amount(b))
    case 'shr':
      return i32x4.shrU(lowered(a), amount(b))
    case 'sar':
      return i32x4.shrS(lowered(a), amount(b))
    case 'ieq':
      return i32x4.neg(i32x4.eq(lowered(a), lowered(b)))
    case 'ilt':
      return i32x4.neg(i32x4.ltS(lowered(a), lowered(b)))
  }
}

/** Vectors shift by one number for all lanes. */
function amount(b: Int): readonly number[] {
  if (b.op !== 'int') throw new Error(`Expected a shift by a constant but found one by "${b.op}"`)
  return i32.const(b.value)
}

/** Each byte of the float32 has a table of 16 bytes; an index of 128 and more gives zero. */
function table(values: readonly number[], index: V128): V128 {
  const floats = new Uint8Array(Float32Array.from({ length: 16 }, (_, i) => values[i] ?? 0).buffer)
  const parts: V128[] = []
  for (let byte = 0; byte < 4; byte++) {
    const plane = Array.from({ length: 16 }, (_, i) => floats[4 * i + byte])
    if (plane.every((value) => value === 0)) continue
    const others = (0x80808080 & ~(0x80 << (8 * byte))) | 0
    parts.push(
      i8x16.swizzle(v128.const(plane), v128.or(i32x4.shl(index, i32.const(8 * byte)), i32x4.splat(i32.const(others)))),
    )
  }
  return parts.length === 0 ? f32x4.splat(f32.const(0)) : parts.reduce((a, b) => v128.or(a, b))
}
