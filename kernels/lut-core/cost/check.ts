/**
 * How far the composition is off: whole arrays, synthesized flat in one piece, against the sum of their parts. None of
 * these shapes was used to fit anything. What is left out is what a tool shares or loses across the borders of parts.
 * before ./cost · after ../explore and `lutra lut-core explore`
 */
import { m2n64k4 } from '../config.js'
import type { Part, Synthesis } from '../synthesis/part.js'
import { type Cost, costOf } from './cost.js'
import { joulesOf, partsOf, synthesizedParts } from './parts.js'

export interface Checked {
  readonly name: string
  /** µm² and joules per cycle: modelled, synthesized, and modelled / synthesized - 1. */
  readonly area: Compared
  readonly energy: Compared
}

export interface Compared {
  readonly modelled: number
  readonly synthesized: number
  readonly error: number
}

export function checkComposition(synthesis: Synthesis = synthesizedParts()): Checked[] {
  const unseen = partsOf(synthesis, 'lut_array').filter(({ parameters }) => parameters.fit === undefined)
  return unseen.map((part) => {
    const { elements, tables, precompute } = modelOf(part, synthesis)
    const together = (of: 'area' | 'energy') => elements[of] + tables[of] + precompute[of]
    return {
      name: nameOf(part),
      area: compare(together('area'), part.area),
      energy: compare(together('energy'), joulesOf(part)),
    }
  })
}

/** The array takes its line of weights from outside, so that registers of weights are in neither. */
function modelOf({ parameters: p }: Part, synthesis: Synthesis): Cost {
  const ideas = {
    reinterpretation: p.REINTERPRET === 1,
    symmetrization: p.SYMMETRIC === 1,
    negationElimination: p.SYMMETRIC === 1 && p.NEGATE_INDEX === 0,
    fusedPrecompute: p.PRECOMPUTE === 0,
  }
  const shape = { m: p.M, n: p.N, k: p.K, tableBits: p.LUT_BIT, weightBits: [p.W_BIT], ideas }
  const tableMode = ideas.fusedPrecompute ? ('shift' as const) : ('exact' as const)
  return costOf({ ...m2n64k4, ...shape, tableMode }, { double: p.DOUBLE === 1, synthesis })
}

function nameOf({ parameters: p }: Part): string {
  const kind = p.PRECOMPUTE
    ? ` building${p.SYMMETRIC ? '' : p.REINTERPRET ? ' whole tables' : ' whole tables of 0 and x'}`
    : p.NEGATE_INDEX
      ? ' negating'
      : ''
  return `M${p.M}N${p.N}K${p.K} LUT_BIT ${p.LUT_BIT} W_BIT ${p.W_BIT}${p.DOUBLE ? ' double' : ''}${kind}`
}

function compare(modelled: number, synthesized: number): Compared {
  return { modelled, synthesized, error: modelled / synthesized - 1 }
}
