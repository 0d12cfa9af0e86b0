/**
 * Writes a program as text that ./assemble reads back to the same words. Loops have braces; where a program's loops do
 * not lie within one another and within the program, or too deep, they are told by the length of their bodies instead.
 * takes  a program · gives  lines of text
 * before ./form · after ./assemble
 */
import { forms } from './form.js'
import { type Address, type Instruction, type Lmma, loopDepth, type Program } from './instruction.js'

export function disassemble(program: Program): string {
  const braces = isNested(program)
  const lines: string[] = []
  const ends: number[] = []
  program.forEach((instruction, i) => {
    while (braces && ends.at(-1) === i) close(lines, ends)
    lines.push('  '.repeat(ends.length) + line(instruction, braces))
    if (braces && instruction.op === 'loop') ends.push(i + 1 + instruction.body)
  })
  while (ends.length > 0) close(lines, ends)
  return lines.map((text) => `${text}\n`).join('')
}

/** One instruction as text; a loop by the length of its body. */
export function describe(instruction: Instruction): string {
  return line(instruction, false)
}

function close(lines: string[], ends: number[]): void {
  ends.pop()
  lines.push(`${'  '.repeat(ends.length)}}`)
}

function line(instruction: Instruction, braces: boolean): string {
  if (braces && instruction.op === 'loop') return `loop ${instruction.times} {`
  const fields = instruction as unknown as Readonly<Record<string, number | Address>>
  const operands = forms[instruction.op].operands.map((operand) => {
    const value = fields[operand.key]
    if (operand.kind === 'register') return `${operand.file}${value}`
    return operand.kind === 'address' ? address(value as Address) : `${value}`
  })
  return `${mnemonic(instruction)} ${operands.join(', ')}`.trimEnd()
}

function mnemonic(instruction: Instruction): string {
  if (instruction.op === 'copy') return `copy.${instruction.to}`
  return instruction.op === 'lmma' ? nameOf(instruction) : instruction.op
}

/** The paper's name of an lmma, with letters before its sizes: `lmma.m2n64k4.i8.i2.i32.i32`. */
export function nameOf({ m, n, k, activation, weightBits, accumulator, output }: Lmma): string {
  return `lmma.m${m}n${n}k${k}.${activation}.i${weightBits}.${accumulator}.${output}`
}

function address({ register, step }: Address): string {
  return `[r${register}]${step === 0 ? '' : step > 0 ? `+${step}` : step}`
}

function isNested(program: Program): boolean {
  const ends: number[] = []
  for (let i = 0; i < program.length; i++) {
    while (ends.at(-1) === i) ends.pop()
    const instruction = program[i]
    if (instruction.op !== 'loop') continue
    const end = i + 1 + instruction.body
    if (end > (ends.at(-1) ?? program.length) || ends.length === loopDepth) return false
    ends.push(end)
  }
  return true
}
