/** Random operands for an array, and what the functional core makes of them. */
import type { LutArray, Operands } from '../../../../kernels/lut-core/array.js'
import { type CoreConfig, m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { FunctionalArray } from '../../../../kernels/lut-core/core/functional.js'
import { groupsOf } from '../../../../kernels/lut-core/core/groups.js'
import { packLines } from '../../../../kernels/lut-core/core/pack.js'
import { buildTables } from '../../../../kernels/lut-core/core/tables.js'

export type Next = () => number

/** Numbers in 0 … 1, the same ones for the same seed (mulberry32). */
export function random(seed: number): Next {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export const whole = (next: Next, low: number, high: number): number => low + Math.floor(next() * (high - low + 1))

export function config(change: Partial<CoreConfig>, ideas: Partial<CoreConfig['ideas']> = {}): CoreConfig {
  return { ...m2n64k4, ...change, ideas: { ...m2n64k4.ideas, ...ideas } }
}

/** Weights and activations at random, among them the largest there are, packed as for any array. */
export function operandsOf(core: CoreConfig, groups: number, planes: number, next: Next): Operands {
  const { m, n, k, activation } = core
  const cols = groups * k
  const values = Int8Array.from({ length: n * cols }, () => whole(next, 0, 2 ** planes - 1) - 2 ** (planes - 1))
  const weight = { rows: n, cols, segment: cols, bits: planes, lowest: -(2 ** (planes - 1)), values }
  const most = activation === 'i16' ? 32767 : 127
  const x = Int32Array.from({ length: m * cols }, () => {
    const kind = next()
    return kind < 0.1 ? most : kind < 0.2 ? -most : kind < 0.3 ? 0 : whole(next, -most, most)
  })
  const all = groupsOf(cols, cols, k)
  const { tables, shifts } = buildTables(core, x, m, cols, all)
  return { groups, planes, tables, shifts, weights: packLines(core, weight, 0, all) }
}

/**
 * Runs random operands on an array and on the functional core, from random accumulators. Gives the products compared
 * (one for each weight and activation) and how many sums differed.
 */
export function compare(
  array: LutArray,
  groups: number,
  planes: number,
  next: Next,
): { products: number; differing: number } {
  const { config: core } = array
  const { m, n, k, accumulatorBits } = core
  const operands = operandsOf(core, groups, planes, next)
  const unused = 32 - accumulatorBits
  const expected = Int32Array.from({ length: m * n }, () => (Math.floor(next() * 2 ** 32) << unused) >> unused)
  const found = expected.slice()
  new FunctionalArray(core).multiply(operands, expected)
  array.multiply(operands, found)
  return { products: m * n * k * groups, differing: expected.filter((sum, i) => sum !== found[i]).length }
}
