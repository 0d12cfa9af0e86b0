/**
 * Runs a program over DRAM and SRAM on an array, one instruction after the other. Nothing of time: what it keeps of it is
 * which copies may still be under way, so that a program that would read too early fails here as well.
 * takes  an array, two memories, a program · gives  memory as it is afterwards; LutraError format, mismatch, unsupported
 * or limit with the instruction, whatever the program
 * before ./check, ./copies, ../core/activation-lines · after ./kernel
 */
import { LutraError } from '../../../hal/error.js'
import { f32ToF16 } from '../../../hal/half.js'
import type { LutArray } from '../array.js'
import { tablesInArray } from '../core/activation-lines.js'
import { accumulatorOf, at, checkProgram, operandFault, storedBytes } from './check.js'
import { Copies } from './copies.js'
import {
  type Address,
  accumulators,
  addressRegisters,
  type Instruction,
  type Lmma,
  type Output,
  type Program,
  type Space,
  tableRegisters,
  weightRegisters,
} from './instruction.js'
import { accumulatorBytes, alignment, operandBytes, tableBytes } from './registers.js'

export interface MachineMemory {
  readonly dram: Uint8Array
  readonly sram: Uint8Array
}

/** Instructions a run takes at most, where nothing else is asked for. */
export const mostSteps = 100_000_000

interface Accumulator {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly values: Int32Array | Float32Array
  output: Output
  /** Cleared, loaded or written before. */
  known: boolean
}

/** Tables, and the bytes that they, or the activations they are built of, were loaded from. */
interface Operand {
  readonly bytes: number
  readonly tables: Uint8Array
}

export class Machine {
  readonly #registers = new Float64Array(addressRegisters)
  readonly #tables: (Operand | undefined)[] = new Array(tableRegisters)
  readonly #weights: (Uint8Array | undefined)[] = new Array(weightRegisters)
  readonly #accumulators: readonly Accumulator[]
  #copies = new Copies()

  constructor(
    readonly array: LutArray,
    readonly memory: MachineMemory,
  ) {
    const type = accumulatorOf(array.config)
    this.#accumulators = Array.from({ length: accumulators }, () => {
      const bytes = new Uint8Array(accumulatorBytes(array.config))
      const values = type === 'f32' ? new Float32Array(bytes.buffer) : new Int32Array(bytes.buffer)
      return { bytes, values, output: type, known: false }
    })
  }

  /** Runs from the first instruction to `end`, registers cleared; gives the instructions that it took. */
  run(program: Program, most = mostSteps): number {
    checkProgram(program, this.array.config)
    return this.runChecked(program, most)
  }

  /** The same for a program that `checkProgram` has passed before. */
  runChecked(program: Program, most = mostSteps): number {
    this.#clear()
    const loops: { readonly begin: number; readonly end: number; left: number }[] = []
    let steps = 0
    for (let i = 0; ; ) {
      for (let loop = loops.at(-1); loop?.end === i; loop = loops.at(-1))
        if (--loop.left > 0) i = loop.begin
        else loops.pop()
      const instruction = program[i]
      if (instruction.op === 'end') return steps
      if (++steps > most) throw at(i, instruction, new LutraError('limit', `Expected at most ${most} steps`))
      if (instruction.op === 'loop') {
        loops.push({ begin: i + 1, end: i + 1 + instruction.body, left: instruction.times })
      } else {
        try {
          this.#step(instruction)
        } catch (error) {
          throw error instanceof LutraError ? at(i, instruction, error) : error
        }
      }
      i++
    }
  }

  #clear(): void {
    this.#registers.fill(0)
    this.#tables.fill(undefined)
    this.#weights.fill(undefined)
    this.#copies = new Copies()
    for (const accumulator of this.#accumulators) accumulator.known = false
  }

  #step(instruction: Exclude<Instruction, { readonly op: 'loop' | 'end' }>): void {
    switch (instruction.op) {
      case 'set':
        this.#registers[instruction.register] = instruction.value
        return
      case 'add':
        this.#move({ register: instruction.register, step: instruction.value })
        return
      case 'copy':
        this.#copy(instruction.to, instruction.target, instruction.source, instruction.bytes)
        return
      case 'wait':
        this.#copies.wait(instruction.pending)
        return
      case 'ldt':
      case 'ldx': {
        const loaded = this.#load(instruction.source, instruction.bytes)
        const tables = instruction.op === 'ldt' ? loaded : this.#build(loaded)
        this.#tables[instruction.register] = { bytes: loaded.length, tables }
        return
      }
      case 'ldw':
        this.#weights[instruction.register] = this.#load(instruction.source, instruction.bytes)
        return
      case 'zero':
        this.#begin(instruction.register).fill(0)
        return
      case 'lda':
        this.#begin(instruction.register).set(this.#load(instruction.source, instruction.bytes))
        return
      case 'lmma':
        this.#multiply(instruction)
        return
      case 'sta':
        this.#store(instruction.register, instruction.target, instruction.bytes)
    }
  }

  /** Half a group builds nothing; an lmma refuses it by its bytes. */
  #build(activations: Uint8Array): Uint8Array {
    const { config } = this.array
    return tablesInArray(config, activations, Math.floor(activations.length / operandBytes(config, 1))).tables
  }

  #copy(to: Space, target: Address, source: Address, bytes: number): void {
    const from = to === 'sram' ? 'dram' : 'sram'
    const [write, read] = [this.#range(to, target.register, bytes), this.#range(from, source.register, bytes)]
    this.#copies.start(to, to === 'sram' ? write : read, bytes)
    this.memory[to].set(this.memory[from].subarray(read, read + bytes), write)
    this.#move(target)
    this.#move(source)
  }

  /** A register's own copy: what is done to SRAM afterwards does not reach it. */
  #load(source: Address, bytes: number): Uint8Array {
    const from = this.#range('sram', source.register, bytes)
    const race = this.#copies.race(from, from + bytes, false)
    if (race) throw race
    this.#move(source)
    return this.memory.sram.slice(from, from + bytes)
  }

  #multiply(lmma: Lmma & { readonly target: number; readonly tables: number; readonly weights: number }): void {
    const { config } = this.array
    const [operand, weights] = [this.#tables[lmma.tables], this.#weights[lmma.weights]]
    const fault = operandFault(lmma, config, operand?.bytes, weights?.length)
    if (fault || !operand || !weights) throw fault
    const accumulator = this.#known(lmma.target)
    const groups = lmma.k / config.k
    const { tables } = operand
    const shifts = config.tableMode === 'shift' ? groups * config.m : 0
    const entries = tableBytes(config, groups) - shifts
    this.array.multiply(
      {
        ...{ groups, planes: lmma.weightBits, weights, tables: tables.subarray(0, entries) },
        shifts: shifts > 0 ? tables.subarray(entries) : undefined,
      },
      accumulator.values,
    )
    accumulator.output = lmma.output
  }

  #store(register: number, target: Address, bytes: number): void {
    const { bytes: raw, values, output } = this.#known(register)
    const expected = storedBytes(this.array.config, output)
    if (bytes !== expected) throw new LutraError('mismatch', `Expected ${expected} bytes of sums ${output}`)
    const to = this.#range('sram', target.register, bytes)
    const race = this.#copies.race(to, to + bytes, true)
    if (race) throw race
    this.#move(target)
    if (output !== 'f16') this.memory.sram.set(raw, to)
    else this.memory.sram.set(new Uint8Array(Uint16Array.from(values, f32ToF16).buffer), to)
  }

  /** An accumulator that begins anew, in its own type. */
  #begin(register: number): Uint8Array {
    const accumulator = this.#accumulators[register]
    accumulator.known = true
    accumulator.output = accumulatorOf(this.array.config)
    return accumulator.bytes
  }

  #known(register: number): Accumulator {
    const accumulator = this.#accumulators[register]
    if (accumulator.known) return accumulator
    throw new LutraError('mismatch', `Expected a${register} to be cleared or loaded before`)
  }

  /** Where a range of so many bytes begins, all of it in its memory. */
  #range(space: Space, register: number, bytes: number): number {
    const from = this.#registers[register]
    const size = this.memory[space].length
    if (from >= 0 && from + bytes <= size && from % alignment === 0) return from
    throw new LutraError(
      'mismatch',
      `Expected a place in the ${size} bytes of ${space === 'dram' ? 'DRAM' : 'SRAM'} but found ${from} … ${from + bytes - 1}`,
    )
  }

  #move({ register, step }: Address): void {
    this.#registers[register] += step
    if (Number.isSafeInteger(this.#registers[register])) return
    throw new LutraError('limit', `Expected r${register} to stay within 53 bits`)
  }
}
