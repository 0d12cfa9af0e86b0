/**
 * Loads and stores that may meet a copy still under way. The program is walked with its real addresses; a loop without
 * copies is looked at as a whole first, and round by round only where that is not clear. A round that begins as the one
 * before, with the same copies under way and the same places in SRAM, ends like it, and so do all after it.
 * takes  a program, its loops' effects, how much to look at · gives  whether all of it was looked at
 * before ./copies, ./bounds · after ./validate
 */
import { LutraError } from '../../../hal/error.js'
import { spread } from './bounds.js'
import { at } from './check.js'
import { Copies } from './copies.js'
import { accesses, apply, type Effects, effectsOf, times } from './effects.js'
import { addressRegisters, type Program } from './instruction.js'

export function checkRaces(program: Program, loops: ReadonlyMap<number, Effects>, budget: number): boolean {
  return new Walk(program, loops, budget).run(0, program.length)
}

class Walk {
  readonly #copies = new Copies()
  readonly #registers = new Array<number>(addressRegisters).fill(0)
  /** Registers that point into SRAM anywhere. */
  readonly #inSram: ReadonlySet<number>
  /** Copies and waits before each place: loops with none between their ends are quiet. */
  readonly #loud: number[] = [0]

  constructor(
    readonly program: Program,
    readonly loops: ReadonlyMap<number, Effects>,
    private budget: number,
  ) {
    const inSram = program.flatMap(accesses).filter(({ space }) => space === 'sram')
    this.#inSram = new Set(inSram.map(({ address }) => address.register))
    for (const { op } of program) this.#loud.push(this.#loud.at(-1)! + (op === 'copy' || op === 'wait' ? 1 : 0))
  }

  /** False where the budget ended before the program. */
  run(begin: number, end: number): boolean {
    for (let i = begin; i < end; i++) {
      const instruction = this.program[i]
      this.budget -= 1 + this.#copies.count
      if (this.budget < 0) return false
      if (instruction.op === 'loop') {
        const last = i + 1 + instruction.body
        if (this.#loud[i] === this.#loud[last] && this.#isClear(i, last)) this.#move(i, instruction.times)
        else if (!this.#rounds(i, instruction.times, last)) return false
        i = last - 1
        continue
      }
      this.#step(i)
    }
    return true
  }

  #rounds(i: number, count: number, end: number): boolean {
    let before = ''
    for (let round = 0; round < count; round++) {
      const state = this.#state()
      if (state === before) {
        this.#move(i, count - round)
        return true
      }
      before = state
      if (!this.run(i + 1, end)) return false
    }
    return true
  }

  #state(): string {
    return `${this.#registers.filter((_, r) => this.#inSram.has(r)).join()} ${this.#copies.state}`
  }

  #step(i: number): void {
    const instruction = this.program[i]
    try {
      for (const { space, address, bytes, writes } of accesses(instruction)) {
        if (space !== 'sram') continue
        const from = this.#registers[address.register]
        if (instruction.op === 'copy') this.#copies.start(instruction.to, from, bytes)
        else {
          const race = this.#copies.race(from, from + bytes, writes)
          if (race) throw race
        }
      }
    } catch (error) {
      throw error instanceof LutraError ? at(i, instruction, error) : error
    }
    if (instruction.op === 'wait') this.#copies.wait(instruction.pending)
    for (const [r, effect] of effectsOf(instruction)) this.#registers[r] = apply(effect, this.#registers[r])
  }

  /** No access of the loop at `i`, in any round, comes near a copy. */
  #isClear(i: number, end: number): boolean {
    if (this.#copies.count === 0) return true
    this.budget -= (end - i) * this.#copies.count
    if (this.budget < 0) return false
    const entry = { low: this.#registers, high: this.#registers }
    let clear = true
    spread(this.program, this.loops, i, end, entry, ({ bytes, writes }, low, high) => {
      clear &&= this.#copies.race(low, high + bytes, writes) === undefined
    })
    return clear
  }

  #move(i: number, count: number): void {
    this.loops.get(i)?.forEach((effect, r) => {
      this.#registers[r] = apply(times(effect, count), this.#registers[r])
    })
  }
}
