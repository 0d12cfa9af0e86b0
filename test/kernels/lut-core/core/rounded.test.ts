/**
 * What table modes cost, as bounds that follow from how they round, and that switches do not change it; tables that the
 * array builds itself.
 */
import { describe, expect, it } from 'vitest'
import {
  type Activation,
  activations,
  type CoreConfig,
  checkConfig,
  entriesOf,
  exactTableBits,
  m2n64k4,
} from '../../../../kernels/lut-core/config.js'
import { packActivations, tablesInArray } from '../../../../kernels/lut-core/core/activation-lines.js'
import { roundToken } from '../../../../kernels/lut-core/core/activations.js'
import { correct } from '../../../../kernels/lut-core/core/correction.js'
import { entryReader } from '../../../../kernels/lut-core/core/entry.js'
import { FunctionalArray } from '../../../../kernels/lut-core/core/functional.js'
import { groupsOf } from '../../../../kernels/lut-core/core/groups.js'
import { packLines } from '../../../../kernels/lut-core/core/pack.js'
import { buildTables } from '../../../../kernels/lut-core/core/tables.js'
import { normal, random } from '../../random.js'
import { switches } from './switches.js'

/** Activations in a core's format, some of them large and some small, for `tokens` tokens. */
function values(activation: Activation, tokens: number, cols: number, seed: number): Float32Array {
  const next = random(seed)
  const x = Float32Array.from({ length: tokens * cols }, () => normal(next) * 2 ** (8 * next() - 4))
  const rounded = new Float32Array(x.length)
  for (let t = 0; t < tokens; t++) roundToken(activation, x, t * cols, cols, rounded)
  return rounded
}

interface Sum {
  readonly sum: number
  readonly plain: number
  /** How far they may be apart. */
  readonly bound: number
}

function sums(config: CoreConfig, bits: number, cols: number, seed: number): Sum[] {
  const next = random(seed)
  const { m, n, k, ideas, tableMode } = config
  const lowest = -Math.floor(next() * 2 ** bits)
  const weights = Int8Array.from({ length: n * cols }, () => Math.min(lowest + Math.floor(next() * 2 ** bits), 127))
  const weight = { rows: n, cols, segment: cols, bits, lowest, values: weights }
  const x = values(config.activation, m, cols, seed)
  const groups = groupsOf(cols, cols, k)
  const { tables, shifts, units } = buildTables(config, x, m, cols, groups)
  const held = tableMode === 'float' ? new Float32Array(m * n) : new Int32Array(m * n)
  const operands = {
    groups: groups.length,
    planes: bits,
    tables,
    shifts,
    weights: packLines(config, weight, 0, groups),
  }
  new FunctionalArray(config).multiply(operands, held)
  const read = entryReader(config, tables)
  return Array.from(held, (raw, i) => {
    const t = Math.floor(i / n)
    let [sumOfX, plain] = [0, 0]
    for (let c = 0; c < cols; c++) {
      sumOfX += x[t * cols + c]
      plain += weights[(i % n) * cols + c] * x[t * cols + c]
    }
    // Each lookup is off by what its table's entries are, times 2^p; all planes together 2^b - 1 times that.
    let off = 0
    let size = 0
    for (let g = 0; g < groups.length; g++) {
      const first = (g * m + t) * entriesOf(config)
      const entries = Array.from({ length: entriesOf(config) }, (_, j) => Math.abs(read(first + j)))
      const largest = Math.max(...entries)
      size += largest
      // Integers: half a step. Halves: half a unit of 11 bits, or of the least subnormal.
      off += tableMode === 'float' ? Math.max(largest * 2 ** -11, 2 ** -25) : 2 ** (shifts?.[g * m + t] ?? 0) / 2
    }
    // Every addition in float32 loses half a unit of what was summed up so far.
    if (tableMode === 'float') off += size * groups.length * bits * 2 ** -24
    const bound = (2 ** bits - 1) * off * units[t] * (ideas.reinterpretation ? 0.5 : 1)
    const slack = 2 ** -40 * size * units[t] * 2 ** bits
    return { sum: correct(config, weight, raw * units[t], sumOfX) + 0, plain, bound: bound + slack }
  })
}

const modes = ['shift', 'scale', 'float'] as const
const rounded = activations.flatMap((activation) =>
  modes.filter((mode) => mode !== 'float' || activation !== 'i16').map((tableMode) => ({ activation, tableMode })),
)

describe('rounded tables', () => {
  it.each(rounded)('$activation, $tableMode: within the bound, and the same whatever the switches', (format) => {
    let apart = 0
    for (let k = 2; k <= 6; k++)
      for (const bits of [1, 3]) {
        const config = { ...m2n64k4, ...format, m: 2, n: 3, k, tableBits: 3 + k }
        const [plainBits, ...others] = switches.map(([, ideas]) => sums(checkConfig({ ...config, ideas }), bits, 41, k))
        for (const { sum, plain, bound } of [...plainBits, ...others[0]]) {
          if (!(Math.abs(sum - plain) <= bound)) expect.fail(`${sum} for ${plain} ± ${bound}, K = ${k}, ${bits} bits`)
          if (sum !== plain) apart++
        }
        const [first, second, third] = others.map((each) => each.map(({ sum }) => sum))
        expect(second).toEqual(first)
        expect(third).toEqual(first)
      }
    // Sums of int8 are halves as they are.
    if (format.activation === 'i8' && format.tableMode === 'float') expect(apart).toBe(0)
    else expect(apart).toBeGreaterThan(0)
  })

  it('rounds halves away from zero, so that a table is its own mirror image', () => {
    const ideas = switches[1][1]
    const config = checkConfig({ ...m2n64k4, m: 1, k: 2, tableMode: 'shift', tableBits: 4, ideas })
    // ±9 ± 2: 11, 7 and their negatives, over 2^1.
    const { tables, shifts } = buildTables(config, [9, 2], 1, 2, groupsOf(2, 2, 2))
    expect([...(shifts ?? [])]).toEqual([1])
    expect([...new Int8Array(tables.buffer)]).toEqual([-6, 4, -4, 6])
  })
})

describe('an array that builds its tables itself', () => {
  it.each(activations)('makes the tables of the fused operator, %s', (activation) => {
    for (const [, ideas] of switches)
      for (let k = 2; k <= 6; k++) {
        const shape = { ...m2n64k4, activation, m: 3, k, ideas: { ...ideas, fusedPrecompute: false } }
        const exact = exactTableBits(shape)
        const floats = { ...shape, tableMode: 'float' as const, tableBits: 16 }
        const config = checkConfig(exact === undefined ? floats : { ...shape, tableBits: exact })
        const cols = 17 + k
        const x = values(activation, 2, cols, k)
        const groups = groupsOf(cols, 9, k)
        const built = tablesInArray(config, packActivations(config, x, 2, cols, groups), groups.length)
        expect(built).toEqual(buildTables(config, x, 2, cols, groups))
      }
  })
})
