/**
 * The instructions of the core. `lmma.{M}{N}{K}.{A}{W}{Accum}{O}` is LUT Tensor Core's (ISCA 2025, section 3.3); the
 * others, which move its operands, are ours. Registers come in pairs (double registers): one is loaded while the other is
 * read. Instructions start in order; each unit (dma, load, array, store) works through its own in order, and a register
 * is a promise between units: whoever reads it waits for whoever writes it, and the other way round. A copy begins when
 * all loads and stores before it in the program have finished with SRAM, and copies are done one after the other. What
 * nobody watches over is a load or store that meets a copy before it: `wait` holds the program until at most so many
 * copies are under way.
 * before ./encode, ./assemble · after ./machine, ../cycles
 */
import type { Activation } from '../config.js'

/** Integer accumulators and outputs, or float32 and half. */
export type Accumulator = 'i32' | 'f32'
export type Output = 'i32' | 'f32' | 'f16'

/** The shape and types of one `lmma`: O[M,N] = A[M,K] · W[N,K]ᵀ + Accum[M,N]. Multiples of the array's M, N and K. */
export interface Lmma {
  readonly m: number
  readonly n: number
  readonly k: number
  readonly activation: Activation
  /** 1 … 8, written i1 … i8. */
  readonly weightBits: number
  readonly accumulator: Accumulator
  readonly output: Output
}

/** An address register r0 … r15 holds a byte address; `step` is added to it after use. */
export interface Address {
  readonly register: number
  readonly step: number
}

export type Space = 'dram' | 'sram'

export type Instruction =
  /** Sets, or adds to, an address register. */
  | { readonly op: 'set'; readonly register: number; readonly value: number }
  | { readonly op: 'add'; readonly register: number; readonly value: number }
  /** Copies between DRAM and SRAM, `bytes` at a time, beside everything else. */
  | {
      readonly op: 'copy'
      readonly to: Space
      readonly target: Address
      readonly source: Address
      readonly bytes: number
    }
  /** Holds what follows until at most `pending` copies are under way. */
  | { readonly op: 'wait'; readonly pending: number }
  /** Tables (with their shifts behind them, where the core has such) from SRAM into table register t0 or t1. */
  | { readonly op: 'ldt'; readonly register: number; readonly source: Address; readonly bytes: number }
  /** Activations instead of tables, for a core that builds them in its array (no fused precompute). */
  | { readonly op: 'ldx'; readonly register: number; readonly source: Address; readonly bytes: number }
  /** Weight lines from SRAM into weight register w0 or w1. */
  | { readonly op: 'ldw'; readonly register: number; readonly source: Address; readonly bytes: number }
  /** Clears accumulator a0 … a3, or loads it (M × N of the accumulator's type) from SRAM. */
  | { readonly op: 'zero'; readonly register: number }
  | { readonly op: 'lda'; readonly register: number; readonly source: Address; readonly bytes: number }
  /** a[target] = t[tables] · w[weights] + a[target]. */
  | ({ readonly op: 'lmma'; readonly target: number; readonly tables: number; readonly weights: number } & Lmma)
  /** Stores an accumulator (M × N, in the output type of the lmma that wrote it last) to SRAM. */
  | { readonly op: 'sta'; readonly register: number; readonly target: Address; readonly bytes: number }
  /** Runs the next `body` instructions `times` times. Loops may stand in loops, eight deep. */
  | { readonly op: 'loop'; readonly times: number; readonly body: number }
  | { readonly op: 'end' }

export type Program = readonly Instruction[]

export const addressRegisters = 16
export const tableRegisters = 2
export const weightRegisters = 2
export const accumulators = 4
export const loopDepth = 8
