/**
 * Reads words of 16 bytes back into instructions. The bytes may come from anywhere: whatever the encoder would not have
 * written is refused, so that a program has one encoding only.
 * takes  bytes · gives  a program; LutraError format with the byte's offset, or limit
 * before ./encode, ./form
 */
import { LutraError } from '../../../hal/error.js'
import { encodeWord, wordBytes } from './encode.js'
import { accumulatorTypes, activations, forms, mostInstructions, ops, outputTypes, spaces } from './form.js'
import type { Address, Instruction, Program } from './instruction.js'

export function decode(bytes: Uint8Array): Program {
  const count = bytes.length / wordBytes
  if (!Number.isInteger(count))
    throw new LutraError('format', `Expected words of ${wordBytes} bytes but found ${bytes.length} bytes`)
  if (count > mostInstructions)
    throw new LutraError('limit', `Expected at most ${mostInstructions} instructions but found ${count}`)
  const program: Instruction[] = []
  for (let at = 0; at < bytes.length; at += wordBytes)
    program.push(decodeWord(new DataView(bytes.buffer, bytes.byteOffset + at, wordBytes), at))
  return program
}

const byCode = new Map(ops.map((op) => [forms[op].code, op]))

function decodeWord(word: DataView, offset: number): Instruction {
  const op = byCode.get(word.getUint8(0))
  if (op === undefined)
    throw new LutraError('format', `Expected an instruction's code at byte ${offset} but found ${word.getUint8(0)}`)
  const fields: Record<string, string | number | Address> = { op }
  for (const operand of forms[op].operands) {
    if (operand.kind === 'register') fields[operand.key] = nibble(word, operand.slot)
    else if (operand.kind === 'address')
      fields[operand.key] = { register: nibble(word, operand.slot), step: word.getInt32(operand.at, true) }
    else if (operand.key === 'value') fields[operand.key] = Number(word.getBigInt64(operand.at, true))
    else fields[operand.key] = word.getUint32(operand.at, true)
  }
  if (op === 'copy') fields.to = spaces[nibble(word, 2)]
  if (op === 'lmma') {
    const types = word.getUint8(2)
    fields.accumulator = accumulatorTypes[(types >> 4) & 1]
    fields.output = outputTypes[(types >> 5) & 3]
    fields.activation = activations[word.getUint8(3) & 15]
    fields.weightBits = word.getUint8(3) >> 4
    fields.m = word.getUint16(4, true)
    fields.n = word.getUint16(6, true)
    fields.k = word.getUint32(8, true)
  }
  const instruction = fields as unknown as Instruction
  expectSame(instruction, word, offset)
  return instruction
}

/** Written again it must be the same word: fields in their bounds, what is unused zero. */
function expectSame(instruction: Instruction, word: DataView, offset: number): void {
  const again = new DataView(new ArrayBuffer(wordBytes))
  try {
    encodeWord(instruction, again)
  } catch (cause) {
    if (!(cause instanceof LutraError)) throw cause
    throw new LutraError('format', `Instruction at byte ${offset}, ${instruction.op}: ${cause.message}`, { cause })
  }
  for (let i = 0; i < wordBytes; i++) {
    const [expected, found] = [again.getUint8(i), word.getUint8(i)]
    if (expected !== found)
      throw new LutraError(
        'format',
        `Expected ${expected} at byte ${offset + i}, unused by ${instruction.op}, but found ${found}`,
      )
  }
}

function nibble(word: DataView, slot: 0 | 1 | 2): number {
  const byte = word.getUint8(slot === 2 ? 2 : 1)
  return slot === 1 ? byte >> 4 : byte & 15
}
