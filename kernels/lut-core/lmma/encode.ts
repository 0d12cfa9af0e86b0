/**
 * Writes instructions as words of 16 bytes, little-endian. What an instruction does not use is zero.
 *
 * | byte | holds |
 * |---|---|
 * | 0 | the code of the instruction (./form) |
 * | 1 | low nibble: the first register or target's address register; high nibble: the source's, or the tables' |
 * | 2 | low nibble: the weights' register, or 1 where a copy goes to SRAM; bit 4: accumulator f32; bits 5-6: output i32, f32, f16 |
 * | 3 | low nibble: activation i8, i16, e4m3, e5m2, f16; high nibble: bits of a weight |
 * | 4-7 | bytes, times or pending, unsigned; of an lmma M (4-5) and N (6-7) |
 * | 8-11 | the target's step, signed; of a loop its body, of an lmma K, unsigned |
 * | 12-15 | the source's step, signed |
 * | 8-15 | the value of set and add, signed |
 *
 * takes  a program · gives  its bytes; LutraError mismatch where a field does not fit
 * before ./form · after ./decode
 */
import { LutraError } from '../../../hal/error.js'
import { accumulatorTypes, activations, type Form, files, forms, outputTypes, shape, spaces, step } from './form.js'
import type { Address, Instruction, Lmma, Program } from './instruction.js'

export const wordBytes = 16

export function encode(program: Program): Uint8Array {
  const bytes = new Uint8Array(program.length * wordBytes)
  program.forEach((instruction, i) => {
    try {
      encodeWord(instruction, new DataView(bytes.buffer, i * wordBytes, wordBytes))
    } catch (cause) {
      if (!(cause instanceof LutraError)) throw cause
      throw new LutraError(cause.kind, `Instruction ${i}, ${instruction.op}: ${cause.message}`, { cause })
    }
  })
  return bytes
}

/** Writes into a word of zeros. */
export function encodeWord(instruction: Instruction, word: DataView): void {
  const form: Form | undefined = forms[instruction.op]
  if (!form) throw new LutraError('mismatch', `Expected an instruction but found ${String(instruction.op)}`)
  const fields = instruction as unknown as Readonly<Record<string, number | Address>>
  word.setUint8(0, form.code)
  for (const operand of form.operands) {
    const value = fields[operand.key]
    if (operand.kind === 'register') nibble(word, operand.slot, within(operand.key, value, 0, files[operand.file] - 1))
    else if (operand.kind === 'address') {
      const address = value as Address
      nibble(word, operand.slot, within(`${operand.key} register`, address?.register, 0, files.r - 1))
      word.setInt32(operand.at, within(`${operand.key} step`, address.step, step.min, step.max), true)
    } else {
      const number = within(operand.key, value, operand.min, operand.max)
      if (operand.key === 'value') word.setBigInt64(operand.at, BigInt(number), true)
      else word.setUint32(operand.at, number, true)
    }
  }
  if (instruction.op === 'copy') nibble(word, 2, place('copy target', spaces, instruction.to))
  if (instruction.op === 'lmma') encodeShape(instruction, word)
}

function encodeShape(lmma: Lmma, word: DataView): void {
  const accumulator = place('accumulator type', accumulatorTypes, lmma.accumulator)
  const output = place('output type', outputTypes, lmma.output)
  word.setUint8(2, word.getUint8(2) | (accumulator << 4) | (output << 5))
  const weightBits = within('weight bits', lmma.weightBits, 1, 8)
  word.setUint8(3, place('activation type', activations, lmma.activation) | (weightBits << 4))
  word.setUint16(4, within('M', lmma.m, 1, shape.m), true)
  word.setUint16(6, within('N', lmma.n, 1, shape.n), true)
  word.setUint32(8, within('K', lmma.k, 1, shape.k), true)
}

function nibble(word: DataView, slot: 0 | 1 | 2, value: number): void {
  const at = slot === 2 ? 2 : 1
  word.setUint8(at, word.getUint8(at) | (slot === 1 ? value << 4 : value))
}

function within(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw new LutraError(
      'mismatch',
      `Expected ${name} to be a whole number from ${min} to ${max} but found ${String(value)}`,
    )
  return value
}

function place<T extends string>(name: string, names: readonly T[], value: T): number {
  const found = names.indexOf(value)
  if (found < 0)
    throw new LutraError('mismatch', `Expected ${name} to be one of ${names.join(', ')} but found ${value}`)
  return found
}
