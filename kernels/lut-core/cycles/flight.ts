/**
 * An instruction on its way: in the queue of a unit, in the unit, or done with its sums still in the pipeline.
 * before  ./scoreboard, ./model
 */
import type { Instruction } from '../lmma/instruction.js'
import type { Unit } from './timing.js'

export interface Flight {
  readonly unit: Unit
  /** Place in the program. */
  readonly at: number
  readonly waits: Wait[]
  /** The first cycle in which it may start. */
  ready: number
  /** What is to be done: 65536ths of a byte, or cycles of the array. */
  left: number
  start: number
  /** From here on what it read may be overwritten; Infinity until that is known. */
  freed: number
  /** From here on its result is there. */
  end: number
}

/** Holds a flight back until another has read (`freed`) or written (`end`). */
export interface Wait {
  readonly flight: Flight
  readonly until: 'freed' | 'end'
}

/** Who does what; what is not here is done where instructions are issued. */
export function unitOf(op: Instruction['op']): Unit | undefined {
  switch (op) {
    case 'copy':
      return 'dma'
    case 'ldt':
    case 'ldx':
    case 'ldw':
    case 'lda':
      return 'load'
    case 'zero':
    case 'lmma':
      return 'array'
    case 'sta':
      return 'store'
    default:
      return undefined
  }
}
