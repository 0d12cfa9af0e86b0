/**
 * What registers hold when they are read: operands as large as an lmma needs them, accumulators that were cleared or
 * loaded. A second round of a loop may find other contents than the first, a third may not.
 * before ./check · after ./validate
 */
import { LutraError } from '../../../hal/error.js'
import type { CoreConfig } from '../config.js'
import { accumulatorOf, at, operandFault, storedBytes } from './check.js'
import type { Instruction, Output, Program } from './instruction.js'

/** Bytes in t and w, types of what is in a. */
interface Contents {
  readonly t: (number | undefined)[]
  readonly w: (number | undefined)[]
  readonly a: (Output | undefined)[]
}

export function checkContents(program: Program, config: CoreConfig): void {
  const contents: Contents = { t: [], w: [], a: [] }
  const walk = (begin: number, end: number): void => {
    for (let i = begin; i < end; i++) {
      const instruction = program[i]
      if (instruction.op === 'loop') {
        const before = JSON.stringify(contents)
        walk(i + 1, i + 1 + instruction.body)
        if (instruction.times > 1 && JSON.stringify(contents) !== before) walk(i + 1, i + 1 + instruction.body)
        i += instruction.body
      } else {
        const fault = step(instruction, contents, config)
        if (fault) throw at(i, instruction, fault)
      }
    }
  }
  walk(0, program.length)
}

function step(instruction: Instruction, { t, w, a }: Contents, config: CoreConfig): LutraError | undefined {
  switch (instruction.op) {
    case 'ldt':
    case 'ldx':
      t[instruction.register] = instruction.bytes
      return undefined
    case 'ldw':
      w[instruction.register] = instruction.bytes
      return undefined
    case 'zero':
    case 'lda':
      a[instruction.register] = accumulatorOf(config)
      return undefined
    case 'lmma': {
      const known = a[instruction.target] !== undefined
      a[instruction.target] = instruction.output
      return (
        operandFault(instruction, config, t[instruction.tables], w[instruction.weights]) ??
        (known ? undefined : unknown(instruction.target))
      )
    }
    case 'sta': {
      const output = a[instruction.register]
      if (output === undefined) return unknown(instruction.register)
      const expected = storedBytes(config, output)
      if (instruction.bytes === expected) return undefined
      return new LutraError('mismatch', `Expected ${expected} bytes of sums ${output}`)
    }
    default:
      return undefined
  }
}

function unknown(register: number): LutraError {
  return new LutraError('mismatch', `Expected a${register} to be cleared or loaded before`)
}
