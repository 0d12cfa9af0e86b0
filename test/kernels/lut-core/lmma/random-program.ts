/** Random instructions, every field anywhere in its bounds: what has a valid encoding, sensible or not. */
import { activations, files, forms, type Op, ops } from '../../../../kernels/lut-core/lmma/form.js'
import type { Instruction, Program } from '../../../../kernels/lut-core/lmma/instruction.js'

export function randomInstruction(random: () => number): Instruction {
  const op: Op = pick(random, ops)
  const fields: Record<string, unknown> = { op }
  for (const operand of forms[op].operands) {
    if (operand.kind === 'register') fields[operand.key] = between(random, 0, files[operand.file] - 1)
    else if (operand.kind === 'address')
      fields[operand.key] = { register: between(random, 0, 15), step: between(random, -(2 ** 31), 2 ** 31 - 1) }
    else fields[operand.key] = between(random, operand.min, operand.max)
  }
  if (op === 'copy') fields.to = pick(random, ['dram', 'sram'])
  if (op === 'lmma')
    Object.assign(fields, {
      m: between(random, 1, 65535),
      n: between(random, 1, 65535),
      k: between(random, 1, 2 ** 32 - 1),
      activation: pick(random, activations),
      weightBits: between(random, 1, 8),
      accumulator: pick(random, ['i32', 'f32']),
      output: pick(random, ['i32', 'f32', 'f16']),
    })
  return fields as unknown as Instruction
}

/** Loops' bodies are short here, so that some lie within one another and some do not. */
export function randomProgram(random: () => number, length: number): Program {
  return Array.from({ length }, () => {
    const one = randomInstruction(random)
    return one.op === 'loop' ? { ...one, body: between(random, 1, 6) } : one
  })
}

/** A bound itself in one case of four, small in one, else anywhere between. */
function between(random: () => number, min: number, max: number): number {
  const way = random()
  if (way < 0.125) return min
  if (way < 0.25) return max
  const [low, high] = way < 0.5 ? [Math.max(min, -1000), Math.min(max, 1000)] : [min, max]
  return Math.min(high, low + Math.floor(random() * (high - low + 1)))
}

export function pick<T>(random: () => number, among: readonly T[]): T {
  return among[Math.floor(random() * among.length)]
}
