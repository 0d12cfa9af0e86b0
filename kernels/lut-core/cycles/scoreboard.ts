/**
 * Registers as promises between units: a flight that reads waits for the one that writes (RAW), one that writes waits for
 * those that still read (WAR) or write (WAW). Within a unit order does it. SRAM is a promise too, a coarse one: a copy
 * waits for the loads and stores that stand before it.
 * takes  instructions in order · gives  what each must wait for
 * after  ./model
 */
import { LutraError } from '../../../hal/error.js'
import { accumulators, type Instruction, tableRegisters, weightRegisters } from '../lmma/instruction.js'
import type { Flight, Wait } from './flight.js'

interface Register {
  writer: Flight | undefined
  readers: Flight[]
}

export class Scoreboard {
  readonly #registers = Array.from(
    { length: tableRegisters + weightRegisters + accumulators },
    (): Register => ({ writer: undefined, readers: [] }),
  )
  /** Table registers that hold activations of which no tables were built yet. */
  readonly #raw = new Array<boolean>(tableRegisters).fill(false)
  #load: Flight | undefined
  #store: Flight | undefined

  /** Takes an instruction in at cycle `now`; tells whether the array must build tables for it first. */
  issue(instruction: Instruction, flight: Flight, now: number): boolean {
    switch (instruction.op) {
      case 'copy':
        this.after(flight, this.#load, 'end', now)
        this.after(flight, this.#store, 'end', now)
        return false
      case 'ldt':
      case 'ldx':
        this.write(flight, table(instruction.register), now)
        this.#raw[instruction.register] = instruction.op === 'ldx'
        this.#load = flight
        return false
      case 'ldw':
        this.write(flight, weight(instruction.register), now)
        this.#load = flight
        return false
      case 'lda':
        this.write(flight, accumulator(instruction.register), now)
        this.#load = flight
        return false
      case 'zero':
        this.write(flight, accumulator(instruction.register), now)
        return false
      case 'lmma': {
        this.read(flight, table(instruction.tables), now)
        this.read(flight, weight(instruction.weights), now)
        this.write(flight, accumulator(instruction.target), now)
        const build = this.#raw[instruction.tables]
        this.#raw[instruction.tables] = false
        return build
      }
      case 'sta':
        this.read(flight, accumulator(instruction.register), now)
        this.#store = flight
        return false
      default:
        return false
    }
  }

  /** All of it, told apart from any other state by numbers (./steady). */
  describe(write: (value: number | Flight | undefined) => void): void {
    for (const { writer, readers } of this.#registers) {
      write(writer)
      for (const reader of readers) write(reader)
      write(-1)
    }
    for (const raw of this.#raw) write(Number(raw))
    write(this.#load)
    write(this.#store)
  }

  private read(flight: Flight, register: number, now: number): void {
    const { writer, readers } = this.#registers[register]
    this.after(flight, writer, 'end', now)
    // Who has read is forgotten, or a register that is read in a long loop would never stop growing.
    let kept = 0
    for (const reader of readers) if (reader.freed > now) readers[kept++] = reader
    readers.length = kept
    readers.push(flight)
  }

  private write(flight: Flight, register: number, now: number): void {
    const slot = this.#registers[register]
    this.after(flight, slot.writer, 'end', now)
    for (const reader of slot.readers) this.after(flight, reader, 'freed', now)
    slot.writer = flight
    slot.readers = []
  }

  private after(flight: Flight, other: Flight | undefined, until: Wait['until'], now: number): void {
    if (other && other.unit !== flight.unit && other[until] > now) flight.waits.push({ flight: other, until })
  }
}

const table = (register: number): number => within('t', register, tableRegisters)
const weight = (register: number): number => tableRegisters + within('w', register, weightRegisters)
const accumulator = (register: number): number => tableRegisters + weightRegisters + within('a', register, accumulators)

function within(name: string, register: number, count: number): number {
  if (Number.isInteger(register) && register >= 0 && register < count) return register
  throw new LutraError('mismatch', `Expected register ${name}0 to ${name}${count - 1} but found ${name}${register}`)
}
