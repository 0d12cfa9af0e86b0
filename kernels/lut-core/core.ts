/**
 * The LUT core, simulated in function: broadcast tables, 3-bit lookups, a sign flip, bit-serial accumulation. Sums are
 * exact. Cycles are counted for an array of M × N × K = 2 × 64 × 4, one bit plane a cycle; nothing else of time is
 * modelled here.
 * takes  weights as integers, activations int8 · gives  sums (segments × rows) int32
 * before ./reinterpret, ./table · after ./accelerator
 */
import type { Accelerator, IntegerLinear, IntegerWeight } from '../../hal/accelerator.js'
import { K, reinterpret, weightBits } from './reinterpret.js'
import { buildTables, entries } from './table.js'

/** Tokens and rows that the array works on side by side; a host that brings one token at a time leaves half of M idle. */
const M = 2
const N = 64

export class LutCore implements Accelerator {
  readonly name = 'lut-core'
  readonly simulated = true
  readonly tokens = 1
  #x: Int8Array = new Int8Array(0)
  #tables = new Int16Array(0)
  #tablesBuilt = 0
  #lookups = 0
  #cycles = 0

  /** `slots`: the lookups that the array had room for in those cycles. */
  counters(): Readonly<Record<string, number>> {
    const cycles = this.#cycles
    return { tables: this.#tablesBuilt, lookups: this.#lookups, cycles, slots: cycles * M * N }
  }

  prepare(x: Int8Array): void {
    const groups = Math.ceil(x.length / K)
    if (this.#tables.length < groups * entries) this.#tables = new Int16Array(groups * entries)
    buildTables(x, this.#tables)
    this.#x = x
    this.#tablesBuilt += groups
  }

  load(weight: IntegerWeight): IntegerLinear | undefined {
    const { rows, cols, segment, bits, lowest } = weight
    if (bits !== 2 || lowest !== -1) return undefined
    const packed = reinterpret(weight)
    const groups = Math.ceil(cols / K)
    const perSegment = Math.ceil(segment / K)
    return {
      residentBytes: packed.byteLength,
      multiply: (sums) => {
        for (let s = 0, begin = 0; begin < groups; s++, begin += perSegment) {
          const end = Math.min(begin + perSegment, groups)
          const offset = this.sum(begin * K, Math.min(end * K, cols))
          for (let r = 0; r < rows; r++)
            sums[s * rows + r] = (accumulate(packed, r * groups, begin, end, this.#tables) + offset) / 2
        }
        this.#lookups += rows * groups * weightBits
        this.#cycles += Math.ceil(rows / N) * groups * weightBits
      },
    }
  }

  private sum(begin: number, end: number): number {
    let sum = 0
    for (let c = begin; c < end; c++) sum += this.#x[c]
    return sum
  }
}

/** Σ q' · x of one row over groups begin … end: plane by plane, each shifted by its weight. */
function accumulate(packed: Uint8Array, row: number, begin: number, end: number, tables: Int16Array): number {
  let total = 0
  for (let plane = 0; plane < weightBits; plane++) {
    let sum = 0
    for (let g = begin; g < end; g++) {
      const nibble = packed[row + g] >> (4 * plane)
      const entry = tables[g * entries + (nibble & 7)]
      const sign = -((nibble >> 3) & 1)
      sum = (sum + (entry ^ sign) - sign) | 0 // the sign flip: -entry where the bit is set
    }
    total += sum << plane
  }
  return total
}
