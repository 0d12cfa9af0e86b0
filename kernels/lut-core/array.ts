/**
 * The contract of the array itself, which three things keep: the functional core (./core), the RTL at the end of a pipe
 * (./rtl), and whatever real hardware may once answer there. A machine (./lmma) gives it registers; it gives sums.
 *
 * Layouts, in bytes, lowest bits first. A *line* is what the array takes in one cycle.
 * - weights (groups × planes lines): for group g and plane p, N fields of K bits, row n at bit n · K; a line is padded to
 *   whole bytes. Bit j of a field belongs to column g · K + j. With negation elimination bits 0 … K-2 are inverted where
 *   bit K-1 is set.
 * - tables (groups × M × entries): an entry is int8 where tableBits ≤ 8, int16 ≤ 16, int32 above; a half in mode float.
 *   Entry i sums the columns by the bits of i: ±x where bits mean -1 and +1, x or 0 where they mean 1 and 0. A symmetric
 *   table has the entries whose bit K-1 is clear, so that column K-1 counts as -x.
 * - shifts (groups × M) uint8 in mode shift; else none.
 */
import type { CoreConfig } from './config.js'

/** One or more lines of weights and the tables they look up in: what one `lmma` works on. */
export interface Operands {
  /** Groups of K columns. */
  readonly groups: number
  /** Bit planes: the width of a weight. */
  readonly planes: number
  readonly tables: Uint8Array
  readonly shifts?: Uint8Array
  readonly weights: Uint8Array
}

export interface LutArray {
  readonly config: CoreConfig
  readonly simulated: boolean
  /**
   * acc[m · N + n] += Σ over groups g and planes p of entry << (p + shift), entry being ±T[m][g][index of row n]. Without
   * reinterpretation bits are unsigned (all planes count +2^p). Integers wrap at accumulatorBits; in mode float each product
   * entry · 2^p is added in float32, groups outermost, planes inside.
   */
  multiply(operands: Operands, accumulators: Int32Array | Float32Array): void
  close?(): void
}

/** Bytes of one line of weights. */
export function lineBytes({ n, k }: Pick<CoreConfig, 'n' | 'k'>): number {
  return Math.ceil((n * k) / 8)
}

/** Bytes of a table entry in memory. */
export function entryBytes({ tableBits, tableMode }: Pick<CoreConfig, 'tableBits' | 'tableMode'>): number {
  if (tableMode === 'float') return 2
  return tableBits <= 8 ? 1 : tableBits <= 16 ? 2 : 4
}
