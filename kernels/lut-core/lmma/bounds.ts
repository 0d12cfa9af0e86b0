/**
 * Every place that a program can reach, loops as a whole: an address register runs over an interval, whose ends it does
 * reach, so that what is refused would fail and what passes stays within its memory.
 * before ./effects · after ./validate, ./races
 */
import { LutraError } from '../../../hal/error.js'
import { at } from './check.js'
import { type Access, accesses, apply, type Effects, effectsOf, times } from './effects.js'
import type { Instruction, Program, Space } from './instruction.js'

export type Sizes = Readonly<Record<Space, number>>

/** Least and largest value of each register. */
export interface Intervals {
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** Called for each access, with the least and the largest address that it has. */
export type Visit = (access: Access, low: number, high: number, index: number) => void

/** Walks over begin … end - 1 once; gives the registers afterwards. */
export function spread(
  program: Program,
  loops: ReadonlyMap<number, Effects>,
  begin: number,
  end: number,
  entry: Intervals,
  visit: Visit,
): Intervals {
  const [low, high] = [[...entry.low], [...entry.high]]
  for (let i = begin; i < end; i++) {
    const instruction = program[i]
    if (instruction.op === 'loop') {
      const round = loops.get(i) as Effects
      const inside = rounds({ low, high }, round, instruction.times)
      spread(program, loops, i + 1, i + 1 + instruction.body, inside, visit)
      round.forEach((effect, r) => {
        low[r] = apply(times(effect, instruction.times), low[r])
        high[r] = apply(times(effect, instruction.times), high[r])
      })
      i += instruction.body
      continue
    }
    for (const access of accesses(instruction)) {
      const { register } = access.address
      visit(access, low[register], high[register], i)
    }
    for (const [r, effect] of effectsOf(instruction)) {
      low[r] = apply(effect, low[r])
      high[r] = apply(effect, high[r])
      expectSafe(i, instruction, low[r], high[r])
    }
  }
  return { low, high }
}

/** LutraError mismatch where an access leaves its memory, limit where a register leaves 53 bits. */
export function checkBounds(program: Program, loops: ReadonlyMap<number, Effects>, sizes: Sizes): void {
  const zeros = new Array<number>(16).fill(0)
  spread(program, loops, 0, program.length, { low: zeros, high: zeros }, ({ space, bytes }, low, high, i) => {
    if (low >= 0 && high + bytes <= sizes[space]) return
    const name = space === 'dram' ? 'DRAM' : 'SRAM'
    const found = low < 0 ? low : high + bytes - 1
    throw at(
      i,
      program[i],
      new LutraError('mismatch', `Expected ${name} below ${sizes[space]} but it reaches ${found}`),
    )
  })
}

/** Registers at the beginning of any round. */
function rounds({ low, high }: Intervals, round: Effects, count: number): Intervals {
  const last = count - 1
  return {
    low: low.map((value, r) => Math.min(value, last > 0 ? apply(times(round[r], last), value) : value)),
    high: high.map((value, r) => Math.max(value, last > 0 ? apply(times(round[r], last), value) : value)),
  }
}

function expectSafe(i: number, instruction: Instruction, low: number, high: number): void {
  if (low >= Number.MIN_SAFE_INTEGER && high <= Number.MAX_SAFE_INTEGER) return
  throw at(i, instruction, new LutraError('limit', 'Expected address registers to stay within 53 bits'))
}
