/**
 * Reads assembler text: an instruction a line, comments after `;` or `#`, numbers decimal or 0x. A loop is written
 * `loop 50 {` … `}`, or by the length of its body, `loop 50, 6`.
 * takes  text, which may come from anywhere · gives  a program; LutraError format with line and column, or limit
 * before ./scanner, ./form · after ./encode, ./validate
 */
import { LutraError } from '../../../hal/error.js'
import {
  accumulatorTypes,
  activations,
  files,
  forms,
  mostInstructions,
  type Op,
  type Operand,
  ops,
  outputTypes,
  shape,
  spaces,
  step,
} from './form.js'
import { type Address, type Instruction, type Lmma, loopDepth, type Program } from './instruction.js'
import { Scanner } from './scanner.js'

/** Characters of a program's text; the longest instruction takes less than 100. */
const mostText = 100 * mostInstructions

type Fields = Record<string, string | number | Address>

export function assemble(text: string): Program {
  if (text.length > mostText)
    throw new LutraError('limit', `Expected at most ${mostText} characters but found ${text.length}`)
  const program: Fields[] = []
  /** Loops whose brace is open. */
  const open: { readonly at: number; readonly line: number }[] = []
  let line = 0
  for (const [, content] of text.matchAll(/([^\r\n]*)(?:\r\n|\r|\n|$)/g)) {
    const scan = new Scanner(content, ++line)
    if (scan.done) continue
    if (open.length > 0 && scan.try(/\}/y)) {
      const { at } = open.pop()!
      program[at].body = program.length - at - 1
      if (program[at].body === 0) throw scan.error('an instruction in the loop before its end')
      scan.end()
      continue
    }
    if (program.length === mostInstructions)
      throw new LutraError('limit', `Line ${line}: Expected at most ${mostInstructions} instructions`)
    const fields = readInstruction(scan)
    program.push(fields)
    if (fields.body !== 0) continue
    open.push({ at: program.length - 1, line })
    if (open.length > loopDepth) throw scan.error(`loops to lie at most ${loopDepth} deep`)
  }
  const last = open.pop()
  if (last) throw new Scanner('', line).error(`} of the loop in line ${last.line}`)
  return program as unknown as readonly Instruction[]
}

/** A loop with a brace has body 0 until that is closed. */
function readInstruction(scan: Scanner): Fields {
  const op = scan.take(new RegExp(`(${ops.join('|')})(?!\\w)`, 'y'), `an instruction (${ops.join(', ')})`) as Op
  const fields: Fields = { op }
  if (op === 'copy') fields.to = suffix(scan, spaces, 'where the copy goes')
  if (op === 'lmma') Object.assign(fields, readShape(scan))
  forms[op].operands.forEach((operand, i) => {
    if (operand.key === 'body' && scan.try(/\{/y)) {
      fields.body = 0
      return
    }
    if (i > 0) scan.take(/,/y, operand.key === 'body' ? '{ or a comma' : 'a comma')
    fields[operand.key] = readOperand(scan, operand)
  })
  scan.end()
  return fields
}

function readOperand(scan: Scanner, operand: Operand): number | Address {
  if (operand.kind === 'register') return scan.register(operand.file, files[operand.file])
  if (operand.kind === 'number') return scan.whole(operand.key, operand.min, operand.max)
  scan.take(/\[/y, `the ${operand.key}'s address, as [r0] or [r0]+64`)
  const register = scan.register('r', files.r)
  scan.take(/\]/y, ']')
  return { register, step: scan.try(/(?=[+-])/y) === undefined ? 0 : scan.whole('a step', step.min, step.max) }
}

function readShape(scan: Scanner): Lmma {
  scan.take(/\./y, '.m2n64k4 or another shape')
  const size = (letter: 'm' | 'n' | 'k') => {
    scan.take(new RegExp(letter, 'y'), `${letter} and a size, as in m2n64k4`)
    return Number(scan.take(/\d{1,10}/y, `a size from 1 to ${shape[letter]}`))
  }
  const [m, n, k] = [size('m'), size('n'), size('k')]
  if (m < 1 || m > shape.m || n < 1 || n > shape.n || k < 1 || k > shape.k)
    throw scan.error(`sizes from 1 to ${shape.m}, ${shape.n} and ${shape.k} before this`)
  return {
    m,
    n,
    k,
    activation: suffix(scan, activations, 'the type of activations'),
    weightBits: Number(suffix(scan, ['i1', 'i2', 'i3', 'i4', 'i5', 'i6', 'i7', 'i8'], 'the type of weights').slice(1)),
    accumulator: suffix(scan, accumulatorTypes, 'the type of accumulators'),
    output: suffix(scan, outputTypes, 'the type of outputs'),
  }
}

function suffix<T extends string>(scan: Scanner, names: readonly T[], what: string): T {
  const expected = `${what}: .${names.join(', .')}`
  scan.take(/\./y, expected)
  return scan.take(new RegExp(`(${names.join('|')})(?!\\w)`, 'y'), expected) as T
}
