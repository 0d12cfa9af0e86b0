/**
 * What the cycle model answers with: simulated cycles, never a measurement of hardware.
 * after  ./model, ./trace
 */

/** Who is busy: copies from and to DRAM, loads into registers, the array, stores. */
export const units = ['dma', 'load', 'array', 'store'] as const
export type Unit = (typeof units)[number]

export interface Timing {
  readonly simulated: true
  readonly cycles: number
  /** Cycles in which each unit worked. */
  readonly busy: Readonly<Record<Unit, number>>
  /** Lookups done, and lookups that the array had room for while it worked. */
  readonly lookups: number
  readonly slots: number
  /** Bytes moved over DRAM, over SRAM (both ways), and into and out of registers. */
  readonly bytes: { readonly dram: number; readonly sram: number; readonly registers: number }
  /** What bounds it: the unit that was busy longest. */
  readonly bound: Unit
}

/** One span of a trace, in cycles; `at` is the instruction's place in the program. */
export interface Span {
  readonly unit: Unit
  readonly start: number
  readonly end: number
  readonly at: number
  readonly label: string
}
