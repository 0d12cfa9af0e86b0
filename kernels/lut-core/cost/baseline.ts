/**
 * What the core is compared with. `unpu`: the same array without the paper's ideas: whole tables, built in the array.
 * before ./cost · after ../tables
 */
import type { CoreConfig, Ideas } from '../config.js'
import { exactTableBits } from '../config.js'
import { type Cost, type CostOptions, costOf } from './cost.js'

export interface ChainStep {
  readonly name: string
  readonly ideas: Ideas
}

/** From UNPU to LUT Tensor Core, one idea at a time (the paper's Table 2). */
export const chain: readonly ChainStep[] = [
  { name: 'UNPU-like', ideas: ideas(false, false, false) },
  { name: '+ weight reinterpretation', ideas: ideas(true, false, false) },
  { name: '+ negation elimination', ideas: ideas(true, true, false) },
  { name: '+ fused precompute', ideas: ideas(true, true, true) },
]

function ideas(half: boolean, negationElimination: boolean, fusedPrecompute: boolean): Ideas {
  return { reinterpretation: half, symmetrization: half, negationElimination, fusedPrecompute }
}

/** Costs of the chain on the array of `config`; tables are exact until the last step, since adders cannot quantize. */
export function chainOf(config: CoreConfig, options: CostOptions = {}): { name: string; cost: Cost }[] {
  const exact = exactTableBits(config) ?? config.tableBits
  return chain.map((step) => {
    const own = step.ideas.fusedPrecompute ? config : { ...config, tableBits: exact, tableMode: 'exact' as const }
    return { name: step.name, cost: costOf({ ...own, ideas: step.ideas }, options) }
  })
}
