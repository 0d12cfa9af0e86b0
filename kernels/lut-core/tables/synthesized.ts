/**
 * What synthesized RTL says for the tables: the cost model's chain, made of parts mapped to an open cell library.
 * before ../cost/baseline · after sdk/cli/lut-core/tables
 */
import { m2n64k4 } from '../config.js'
import { chainOf } from '../cost/baseline.js'
import type { Synthesized } from './all.js'

/**
 * Table 2's array: M2N64K4 for 2-bit weights and 8-bit activations. Tables stay exact in every step, so that the last one
 * takes away the adders and nothing else; 8-bit tables on top of it would shrink the array further.
 */
export function synthesized(): Synthesized {
  const steps = chainOf({ ...m2n64k4, weightBits: [2] }, { bits: 2 })
  return {
    chain: { areas: steps.map(({ cost }) => cost.total.area), energies: steps.map(({ cost }) => cost.total.energy) },
  }
}
