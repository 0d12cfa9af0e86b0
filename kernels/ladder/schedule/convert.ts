/**
 * Ladder's `convert`, and where it happens: the ways in which a type's codes become what a core multiplies, offline, in
 * registers by arithmetic or a table, or from a table in memory. All lose nothing (./numbers).
 * takes  TType, CoreType · gives  Conversions · after ./candidates
 */
import type { CoreType, TDevice } from '../device/device.js'
import type { Int, Real } from '../type/expression.js'
import type { TType } from '../type/ttype.js'
import { numbersOf } from './numbers.js'

export interface Conversion {
  /** Where: while packing, in registers by shifts and masks, by a table in a register, by a table in memory. */
  readonly at: 'offline' | 'register' | 'table' | 'memory'
  /** Bits of a packed code. */
  readonly bits: number
  /** number = packed code · step + lowest, summed as lowest · Σ activations. */
  readonly lowest: number
  readonly step: number
  /** weight = scale · factor · number. */
  readonly factor: number
  /** The byte of each packed code, for `table`. */
  readonly table?: readonly number[]
  /** The packed code of each of the type's codes; absent: itself. */
  readonly recode?: Int32Array
  /** Instructions for one register of the core's weights. */
  readonly instructions: number
}

export function conversions(type: TType, core: CoreType, device: TDevice): Conversion[] {
  const { convert, register } = device
  const perRegister = (register.bytes * 8) / core.lane
  if (core.weights.kind === 'float') return toFloat(type, convert, perRegister)
  const found = numbersOf(type)
  if (!found) return []
  const { factor, numbers, least, most, step, bits } = found
  /** Codes in the order of their numbers; the type's own where they are in order already. */
  const inOrder = numbers.map((number) => (number - least) / step)
  const recode = inOrder.every((code, own) => code === own) ? undefined : inOrder
  const affine = { lowest: least, step, factor, recode }
  if (core.weights.kind === 'planes')
    return bits <= core.weights.mostBits ? [{ at: 'register', bits, ...affine, instructions: 0.75 * bits }] : []
  const range = core.weights.most - core.weights.least
  const all: Conversion[] = []
  const parts = [8, 4, 2, 1].filter((width) => bits & width).length
  if (bits <= 8 && 2 ** bits - 1 <= range)
    all.push({ at: 'register', bits, ...affine, instructions: convert.slice * parts })
  const bytes = core.lane === 8 ? most - least <= range : least >= -128 && most <= 127
  if (bits > type.bits && type.bits <= 4 && bytes) {
    const lowest = core.lane === 8 ? least : 0
    const table = Array.from({ length: 16 }, (_, code) => (numbers[code] ?? lowest) - lowest)
    const widen = core.lane === 16 ? convert.widen : 0
    all.push({
      ...{ at: 'table', bits: 4, lowest, step: 1, factor, table },
      instructions: ((convert.slice + convert.table) * core.lane) / 16 + widen,
    })
  }
  if (bits < 8)
    all.push({
      at: 'offline',
      bits: 8,
      ...affine,
      recode: inOrder,
      instructions: core.lane === 8 ? 0 : convert.slice / 2,
    })
  return all
}

function toFloat(type: TType, costs: TDevice['convert'], perRegister: number): Conversion[] {
  const all: Conversion[] = []
  const parts = [32, 16, 8, 4, 2, 1].filter((width) => type.bits & width).length
  const whole = { bits: type.bits, lowest: 0, step: 1, factor: 1 }
  if (type.lanes === 1 && lowers(type.decode[0]))
    all.push({ at: 'register', ...whole, instructions: costs.slice * parts + costs.step * steps(type.decode[0]) })
  if (type.bits <= 12) all.push({ at: 'memory', ...whole, instructions: costs.gather * perRegister })
  return all
}

/** Tables of so many entries fit in registers. */
const registerTable = 16

/** Whether vectors can compute it: shifts by constants, tables that fit. */
export function lowers(expression: Real | Int): boolean {
  if (expression.op === 'table' && expression.values.length > registerTable) return false
  if ((expression.op === 'shl' || expression.op === 'shr' || expression.op === 'sar') && expression.b.op !== 'int')
    return false
  return children(expression).every(lowers)
}

/** Arithmetic steps of an expression; a table is as many as it takes for its four bytes. */
function steps(expression: Real | Int): number {
  const own = expression.op === 'table' ? 14 : ['code', 'int', 'real', 'asReal'].includes(expression.op) ? 0 : 1
  return children(expression).reduce((sum, child) => sum + steps(child), own)
}

function children(expression: Real | Int): (Real | Int)[] {
  return Object.values(expression).filter((part) => typeof part === 'object' && !Array.isArray(part))
}
