/**
 * What instructions do to address registers. Nothing in a program depends on data, so a loop adds the same each time, or
 * ends with the same value.
 * before ./instruction · after ./bounds, ./races
 */
import { type Address, addressRegisters, type Instruction, type Program, type Space } from './instruction.js'

/** A register afterwards: (base, or what it held) + add. */
export interface Effect {
  readonly base?: number
  readonly add: number
}

const none: Effect = { add: 0 }

/** Effects on r0 … r15. */
export type Effects = readonly Effect[]

/** Effects of one round of each loop, by the loop's place in the program. */
export function loopEffects(program: Program): ReadonlyMap<number, Effects> {
  const known = new Map<number, Effects>()
  const walk = (begin: number, end: number): Effects => {
    const effects = new Array<Effect>(addressRegisters).fill(none)
    for (let i = begin; i < end; i++) {
      const instruction = program[i]
      if (instruction.op === 'loop') {
        const round = walk(i + 1, i + 1 + instruction.body)
        known.set(i, round)
        round.forEach((effect, r) => {
          effects[r] = after(effects[r], times(effect, instruction.times))
        })
        i += instruction.body
      } else for (const [r, effect] of effectsOf(instruction)) effects[r] = after(effects[r], effect)
    }
    return effects
  }
  walk(0, program.length)
  return known
}

export function times(effect: Effect, count: number): Effect {
  return effect.base === undefined ? { add: effect.add * count } : effect
}

export function apply({ base, add }: Effect, value: number): number {
  return (base ?? value) + add
}

export function effectsOf(instruction: Instruction): [register: number, effect: Effect][] {
  const { op } = instruction
  if (op === 'set') return [[instruction.register, { base: instruction.value, add: 0 }]]
  if (op === 'add') return [[instruction.register, { add: instruction.value }]]
  return accesses(instruction).map(({ address: { register, step } }) => [register, { add: step }])
}

export interface Access {
  readonly space: Space
  readonly address: Address
  readonly bytes: number
  readonly writes: boolean
}

/** What an instruction reads and writes in memory, before its registers move. */
export function accesses(instruction: Instruction): Access[] {
  switch (instruction.op) {
    case 'copy': {
      const { to, target, source, bytes } = instruction
      return [
        { space: to, address: target, bytes, writes: true },
        { space: to === 'sram' ? 'dram' : 'sram', address: source, bytes, writes: false },
      ]
    }
    case 'ldt':
    case 'ldx':
    case 'ldw':
    case 'lda':
      return [{ space: 'sram', address: instruction.source, bytes: instruction.bytes, writes: false }]
    case 'sta':
      return [{ space: 'sram', address: instruction.target, bytes: instruction.bytes, writes: true }]
    default:
      return []
  }
}

function after(first: Effect, second: Effect): Effect {
  return second.base === undefined ? { ...first, add: first.add + second.add } : second
}
