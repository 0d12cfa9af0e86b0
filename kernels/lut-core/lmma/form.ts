/**
 * What each instruction is written with, in order: the one table that encoder, decoder, assembler and disassembler read.
 * before ./instruction · after ./encode, ./decode, ./assemble, ./disassemble
 */
import { activations } from '../config.js'
import {
  type Accumulator,
  accumulators,
  addressRegisters,
  type Instruction,
  type Output,
  type Space,
  tableRegisters,
  weightRegisters,
} from './instruction.js'

export type Op = Instruction['op']

/** Files of registers, by the letter that their names begin with. */
export const files = { r: addressRegisters, t: tableRegisters, w: weightRegisters, a: accumulators } as const
export type File = keyof typeof files

/**
 * One operand. `slot` is the nibble of a word that holds its register's number (0 and 1 in byte 1, 2 in byte 2). A
 * number, or an address's step, lies at byte `at`: four bytes at 4, 8 and 12, eight where it is `wide`.
 */
export type Operand =
  | { readonly kind: 'register'; readonly key: string; readonly file: File; readonly slot: 0 | 1 | 2 }
  | { readonly kind: 'address'; readonly key: string; readonly slot: 0 | 1; readonly at: 8 | 12 }
  | { readonly kind: 'number'; readonly key: string; readonly at: 4 | 8; readonly min: number; readonly max: number }

export interface Form {
  readonly code: number
  readonly operands: readonly Operand[]
}

const most = 2 ** 32 - 1
const register = (key: string, file: File, slot: 0 | 1 | 2): Operand => ({ kind: 'register', key, file, slot })
const target = (slot: 0 | 1): Operand => ({ kind: 'address', key: 'target', slot, at: 8 })
const source: Operand = { kind: 'address', key: 'source', slot: 1, at: 12 }
const count = (key: string, min: number, at: 4 | 8 = 4): Operand => ({ kind: 'number', key, at, min, max: most })
const value: Operand = {
  kind: 'number',
  key: 'value',
  at: 8,
  min: Number.MIN_SAFE_INTEGER,
  max: Number.MAX_SAFE_INTEGER,
}
const bytes = count('bytes', 1)

/** Code 0 is none, so that empty memory is no program. */
export const forms: Readonly<Record<Op, Form>> = {
  set: { code: 1, operands: [register('register', 'r', 0), value] },
  add: { code: 2, operands: [register('register', 'r', 0), value] },
  copy: { code: 3, operands: [target(0), source, bytes] },
  wait: { code: 4, operands: [count('pending', 0)] },
  ldt: { code: 5, operands: [register('register', 't', 0), source, bytes] },
  ldx: { code: 6, operands: [register('register', 't', 0), source, bytes] },
  ldw: { code: 7, operands: [register('register', 'w', 0), source, bytes] },
  zero: { code: 8, operands: [register('register', 'a', 0)] },
  lda: { code: 9, operands: [register('register', 'a', 0), source, bytes] },
  lmma: { code: 10, operands: [register('target', 'a', 0), register('tables', 't', 1), register('weights', 'w', 2)] },
  sta: { code: 11, operands: [register('register', 'a', 0), target(1), bytes] },
  loop: { code: 12, operands: [count('times', 1), count('body', 1, 8)] },
  end: { code: 13, operands: [] },
}

export const ops = Object.keys(forms) as Op[]
export const spaces: readonly Space[] = ['dram', 'sram']
export const accumulatorTypes: readonly Accumulator[] = ['i32', 'f32']
export const outputTypes: readonly Output[] = ['i32', 'f32', 'f16']
export { activations }

/** Bounds of an address's step, and of the numbers in an lmma's name. */
export const step = { min: -(2 ** 31), max: 2 ** 31 - 1 } as const
export const shape = { m: 65535, n: 65535, k: most } as const

/** Instructions of a program that comes from outside; the driver's have some hundreds. */
export const mostInstructions = 65536
