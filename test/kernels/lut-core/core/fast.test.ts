/** The fast path against the functional array: the same sums for every switch, table mode, format, width and shape. */
import { describe, expect, it } from 'vitest'
import type { IntegerWeight, ScaledWeight } from '../../../../hal/accelerator.js'
import {
  activations,
  allIdeas,
  type CoreConfig,
  checkConfig,
  exactTableBits,
  m2n64k4,
} from '../../../../kernels/lut-core/config.js'
import { roundToken } from '../../../../kernels/lut-core/core/activations.js'
import { correct } from '../../../../kernels/lut-core/core/correction.js'
import { Prepared } from '../../../../kernels/lut-core/core/fast/prepared.js'
import { FastWeight } from '../../../../kernels/lut-core/core/fast/weight.js'
import { FunctionalArray } from '../../../../kernels/lut-core/core/functional.js'
import { groupsOf } from '../../../../kernels/lut-core/core/groups.js'
import { packLines } from '../../../../kernels/lut-core/core/pack.js'
import { buildTables } from '../../../../kernels/lut-core/core/tables.js'
import { LutCore } from '../../../../kernels/lut-core/core.js'
import { normal, random } from '../../random.js'
import { switches } from './switches.js'

interface Case {
  readonly config: CoreConfig
  readonly weight: IntegerWeight
  readonly values: Float32Array
}

/** Every switch × format × table mode that makes sense, with a width, K and shape drawn for each. */
function cases(): Case[] {
  const next = random(11)
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return switches.flatMap(([, ideas]) =>
    activations.flatMap((activation) =>
      (['exact', 'shift', 'scale', 'float'] as const).flatMap((tableMode) => {
        const integers = activation === 'i8' || activation === 'i16'
        if ((tableMode === 'exact' && !integers) || (tableMode === 'float' && activation === 'i16')) return []
        return Array.from({ length: 4 }, (): Case => {
          const k = whole(2, 6)
          const shape = { ...m2n64k4, m: whole(1, 3), n: whole(1, 9), k, activation, tableMode, ideas }
          const tableBits = tableMode === 'exact' ? (exactTableBits(shape) ?? 0) : whole(4, 12)
          const config = checkConfig({
            ...shape,
            tableBits,
            accumulatorBits: tableMode === 'float' ? 32 : whole(20, 32),
          })
          const bits = whole(1, 8)
          const [rows, cols] = [whole(1, 20), whole(1, 90)]
          const segment = [cols, 16, 32][whole(0, 2)]
          const lowest = Math.max(-128, -whole(0, 2 ** bits - 1))
          const codes = Math.min(2 ** bits, 128 - lowest)
          const weights = Int8Array.from({ length: rows * cols }, () => lowest + Math.floor(next() * codes))
          const x = Float32Array.from({ length: config.m * cols }, () => normal(next))
          const values = new Float32Array(x.length)
          for (let t = 0; t < config.m; t++) roundToken(activation, x, t * cols, cols, values)
          return { config, weight: { rows, cols, segment, bits, lowest, values: weights }, values }
        })
      }),
    ),
  )
}

/** Accumulators (tokens × segments × rows) as the array leaves them. */
function byArray({ config, weight, values }: Case): { sums: number[]; units: Float64Array } {
  const { m, n, k } = config
  const { rows, cols, segment, bits } = weight
  const groups = groupsOf(cols, segment, k)
  const { tables, shifts, units } = buildTables(config, values, m, cols, groups)
  const array = new FunctionalArray(config)
  const segments = Math.ceil(cols / segment)
  const sums = new Array<number>(m * segments * rows)
  for (let s = 0; s < segments; s++) {
    const inside = groups.filter(({ from }) => Math.floor(from / segment) === s)
    const first = groups.indexOf(inside[0]) * m
    const each = tables.length / (groups.length * m)
    const operands = {
      groups: inside.length,
      planes: bits,
      tables: tables.subarray(first * each, (first + inside.length * m) * each),
      shifts: shifts?.subarray(first, first + inside.length * m),
    }
    for (let row = 0; row < rows; row += n) {
      const held = config.tableMode === 'float' ? new Float32Array(m * n) : new Int32Array(m * n)
      array.multiply({ ...operands, weights: packLines(config, weight, row, inside) }, held)
      for (let t = 0; t < m; t++)
        for (let r = row; r < Math.min(row + n, rows); r++)
          sums[(t * segments + s) * rows + r] = held[t * n + (r - row)]
    }
  }
  return { sums, units }
}

describe('the fast path', () => {
  const all = cases()

  it('leaves in its accumulators what the functional array does, bit by bit', () => {
    expect(all.length).toBe(4 * (4 + 3 + 3 + 3 + 3) * 4)
    for (const each of all) {
      const { config, weight, values } = each
      const prepared = new Prepared(config)
      prepared.begin(config.m, weight.cols).set(values)
      const fast = new FastWeight(config, weight)
      const size = fast.segments * weight.rows
      const sums = config.tableMode === 'float' ? new Float32Array(size) : new Int32Array(size)
      const ours: number[] = []
      for (let t = 0; t < config.m; t++) {
        fast.sum(prepared.tablesFor(weight.segment), t, sums)
        ours.push(...sums)
      }
      const truth = byArray(each)
      expect({ config, sums: ours }).toEqual({ config, sums: truth.sums })
      expect([...prepared.tablesFor(weight.segment).units.subarray(0, config.m)]).toEqual([...truth.units])
    }
  })

  it('scales and shifts sums of floats as its formula says', () => {
    const next = random(12)
    for (const { config, weight } of all.filter((_, i) => i % 3 === 0)) {
      const { rows, cols, segment } = weight
      const segments = Math.ceil(cols / segment)
      const scaled: ScaledWeight = {
        ...weight,
        scales: Float32Array.from({ length: rows * segments }, () => next()),
        minima: next() < 0.5 ? undefined : Float32Array.from({ length: rows * segments }, () => next() - 0.5),
      }
      const x = Float32Array.from({ length: config.m * cols }, () => normal(next) * 4)
      const core = new LutCore(config)
      const linear = core.float.load(scaled)!
      const y = new Float32Array(config.m * rows)
      core.float.prepare(x, config.m)
      linear.multiply(y)
      const values = new Float32Array(x.length)
      const xScales = Array.from({ length: config.m }, (_, t) =>
        roundToken(config.activation, x, t * cols, cols, values),
      )
      const { sums, units } = byArray({ config, weight, values })
      for (let t = 0; t < config.m; t++)
        for (let r = 0; r < rows; r++) {
          let [sum, size] = [0, 0]
          for (let s = 0; s < segments; s++) {
            const sumOfX = values
              .subarray(t * cols + s * segment, t * cols + Math.min((s + 1) * segment, cols))
              .reduce((a, b) => a + b, 0)
            const raw = sums[(t * segments + s) * rows + r] * units[t]
            const part = scaled.scales[r * segments + s] * correct(config, weight, raw, sumOfX)
            const more = (scaled.minima?.[r * segments + s] ?? 0) * sumOfX
            sum += part + more
            size += Math.abs(part) + Math.abs(more)
          }
          // One rounding to float32, and float64's.
          const off = Math.abs(y[t * rows + r] - sum * xScales[t])
          if (!(off <= size * xScales[t] * 2 ** -23)) expect.fail(`${off} at ${t}, ${r} of ${JSON.stringify(config)}`)
        }
    }
  })

  it('gives exact sums for any width and several tokens, or does not take the weight', () => {
    const next = random(13)
    for (let bits = 1; bits <= 8; bits++)
      for (const [k, tokens] of [
        [4, 1],
        [5, 2],
        [3, 3],
      ]) {
        const shape = { ...m2n64k4, m: 3, n: 8, k }
        const core = new LutCore({ ...shape, tableBits: exactTableBits(shape) ?? 0 })
        const [rows, cols, segment] = [7, 45, 20]
        const lowest = -(2 ** (bits - 1))
        const values = Int8Array.from({ length: rows * cols }, () => lowest + Math.floor(next() * 2 ** bits))
        // -128 too: no core has such tables, this one is a program.
        const x = Int8Array.from({ length: tokens * cols }, () => Math.floor(next() * 256) - 128)
        const sums = new Int32Array(tokens * 3 * rows)
        const linear = core.load({ rows, cols, segment, bits, lowest, values })!
        core.prepare(x, tokens)
        linear.multiply(sums)
        const plain = Array.from(sums, (_, i) => {
          const [t, s, r] = [Math.floor(i / rows / 3), Math.floor(i / rows) % 3, i % rows]
          let sum = 0
          for (let c = s * segment; c < Math.min((s + 1) * segment, cols); c++)
            sum += values[r * cols + c] * x[t * cols + c]
          return sum
        })
        expect([...sums]).toEqual(plain)
      }
    const weight = { rows: 1, cols: 64, segment: 64, bits: 2, lowest: -1, values: new Int8Array(64) }
    expect(new LutCore({ ...m2n64k4, weightBits: [1, 4] }).load(weight)).toBeUndefined()
    expect(new LutCore({ ...m2n64k4, tableMode: 'shift', tableBits: 8 }).load(weight)).toBeUndefined()
    // 64 · 3 · 128 takes 16 bits and a sign.
    expect(new LutCore({ ...m2n64k4, accumulatorBits: 15 }).load(weight)).toBeUndefined()
    expect(new LutCore({ ...m2n64k4, accumulatorBits: 16 }).load(weight)).toBeDefined()
  })

  it('counts tables once for linears over one input, lookups for each', () => {
    const core = new LutCore({ ...m2n64k4, m: 2, n: 8, ideas: allIdeas })
    const weight = { rows: 9, cols: 40, bits: 3, lowest: 0, values: new Int8Array(9 * 40) }
    const linears = [40, 8].map((segment) => core.load({ ...weight, segment })!)
    core.prepare(new Int8Array(80), 2)
    for (const linear of linears) linear.multiply(new Int32Array(2 * 9 * 5))
    const cycles = 2 * (2 * 10 * 3)
    expect(core.counters()).toEqual({ tables: 20, lookups: 2 * (2 * 9 * 10 * 3), cycles, slots: cycles * 16 })
  })
})
