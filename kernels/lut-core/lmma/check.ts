/**
 * What can be said of a program against a core before anything runs: its loops, its types, and of each instruction by
 * itself the sizes and the alignment. Validator and machine both begin here.
 * takes  a program, a core · gives  nothing, or LutraError format, mismatch or unsupported with the instruction
 * before ./registers · after ./validate, ./machine
 */
import { LutraError } from '../../../hal/error.js'
import type { CoreConfig } from '../config.js'
import { describe } from './disassemble.js'
import { encode } from './encode.js'
import { mostInstructions } from './form.js'
import { type Accumulator, type Instruction, type Lmma, loopDepth, type Program } from './instruction.js'
import { accumulatorBytes, alignment, mostGroups, operandBytes, registerLines, weightBytes } from './registers.js'

export function checkProgram(program: Program, config: CoreConfig): void {
  if (program.length > mostInstructions)
    throw new LutraError('limit', `Expected at most ${mostInstructions} instructions but found ${program.length}`)
  encode(program) // every field within its bounds
  checkLoops(program)
  program.forEach((instruction, i) => {
    const fault = faultOf(instruction, config)
    if (fault) throw at(i, instruction, fault)
  })
}

/** An error with the instruction that it is about. */
export function at(index: number, instruction: Instruction, fault: LutraError): LutraError {
  return new LutraError(fault.kind, `Instruction ${index}, ${describe(instruction)}: ${fault.message}`)
}

/** What is wrong with an lmma's operands as they were loaded, in bytes; undefined: nothing. */
export function operandFault(
  lmma: Lmma,
  config: CoreConfig,
  tables?: number,
  weights?: number,
): LutraError | undefined {
  const groups = lmma.k / config.k
  return (
    sizeFault('tables', operandBytes(config, groups), tables) ??
    sizeFault('weights', weightBytes(config, groups, lmma.weightBits), weights)
  )
}

/** Bytes that `sta` brings out: halves are half as long. */
export function storedBytes(config: CoreConfig, output: Lmma['output']): number {
  return accumulatorBytes(config) / (output === 'f16' ? 2 : 1)
}

export function accumulatorOf(config: CoreConfig): Accumulator {
  return config.tableMode === 'float' ? 'f32' : 'i32'
}

function checkLoops(program: Program): void {
  const ends: number[] = []
  program.forEach((instruction, i) => {
    while (ends.at(-1) === i) ends.pop()
    const fail = (message: string) => at(i, instruction, new LutraError('format', message))
    if (instruction.op === 'end' && i < program.length - 1) throw fail('Expected end as the last instruction only')
    if (instruction.op !== 'loop') return
    const end = i + 1 + instruction.body
    const most = ends.at(-1) ?? program.length - 1
    if (end > most)
      throw fail(`Expected a body of at most ${most - i - 1} instructions, to the end of what is around it`)
    if (ends.length === loopDepth) throw fail(`Expected loops at most ${loopDepth} deep`)
    ends.push(end)
  })
  if (program.at(-1)?.op !== 'end') throw new LutraError('format', 'Expected end as the last instruction')
}

function faultOf(instruction: Instruction, config: CoreConfig): LutraError | undefined {
  switch (instruction.op) {
    case 'set':
    case 'add':
      return alignmentFault('a value', instruction.value)
    case 'copy':
      return (
        alignmentFault('a length', instruction.bytes) ??
        alignmentFault('a step', instruction.target.step) ??
        alignmentFault('a step', instruction.source.step)
      )
    case 'ldt':
    case 'ldx': {
      const builds = !config.ideas.fusedPrecompute
      if (builds !== (instruction.op === 'ldx'))
        return new LutraError(
          'unsupported',
          builds ? 'This core builds its tables: expected ldx' : 'This core takes tables: expected ldt',
        )
      return loadFault(instruction, operandBytes(config, registerLines))
    }
    case 'ldw':
      return loadFault(instruction, weightBytes(config, registerLines, 1))
    case 'lda':
      return loadFault(instruction, accumulatorBytes(config), accumulatorBytes(config))
    case 'sta':
      return alignmentFault('a step', instruction.target.step)
    case 'lmma':
      return lmmaFault(instruction, config)
    default:
      return undefined
  }
}

function loadFault(
  load: { readonly source: { readonly step: number }; readonly bytes: number },
  most: number,
  least = 1,
) {
  if (load.bytes > most || load.bytes < least)
    return new LutraError('mismatch', `Expected ${least === most ? '' : 'at most '}${most} bytes for its register`)
  return alignmentFault('a step', load.source.step)
}

function lmmaFault(lmma: Lmma, config: CoreConfig): LutraError | undefined {
  const { m, n, k, activation, weightBits } = config
  if (lmma.m !== m || lmma.n !== n || lmma.k % k !== 0)
    return new LutraError('mismatch', `Expected M ${m}, N ${n} and a multiple of K ${k}, as the array is`)
  const most = mostGroups(lmma.weightBits) * k
  if (lmma.k > most) return new LutraError('mismatch', `Expected K of at most ${most}, what a weight register holds`)
  if (lmma.activation !== activation)
    return new LutraError('unsupported', `Expected activations ${activation}, which this core takes`)
  if (!weightBits.includes(lmma.weightBits))
    return new LutraError('unsupported', `Expected weights of ${weightBits.join(', ')} bits, which this core takes`)
  const type = accumulatorOf(config)
  if (lmma.accumulator !== type)
    return new LutraError('unsupported', `Expected accumulators ${type}, which this core has`)
  if ((lmma.output === 'i32') !== (type === 'i32'))
    return new LutraError(
      'unsupported',
      `Expected output ${type === 'i32' ? 'i32' : 'f32 or f16'} of accumulators ${type}`,
    )
  return undefined
}

function sizeFault(what: string, expected: number, found: number | undefined): LutraError | undefined {
  if (found === expected) return undefined
  return new LutraError(
    'mismatch',
    `Expected ${expected} bytes of ${what} in its register but found ${found ?? 'none'}`,
  )
}

function alignmentFault(what: string, value: number): LutraError | undefined {
  if (value % alignment === 0) return undefined
  return new LutraError('mismatch', `Expected ${what} that is a multiple of ${alignment} but found ${value}`)
}
