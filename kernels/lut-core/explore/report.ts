/**
 * The whole exploration as data: what `lutra lut-core explore` prints and draws.
 * before ./sweep, ../cost/check · after ./page and the command
 */
import type { Activation } from '../config.js'
import { type Checked, checkComposition } from '../cost/check.js'
import { synthesizedParts } from '../cost/parts.js'
import { type Scaling, scaling } from '../cost/scaling.js'
import { bestByK, type Candidate, type DesignSpace, grid, standing, sweep } from './sweep.js'

export interface Exploration {
  readonly modelled: true
  readonly library: string
  readonly space: Required<Pick<DesignSpace, 'mnk' | 'bits' | 'activation'>>
  /** All shapes of that size, the smallest product of area and energy first. */
  readonly candidates: readonly Candidate[]
  /** Every M and N of K = 4, whatever their size. */
  readonly free: readonly Candidate[]
  /** The paper's shape among the candidates; absent where it is not of this size. */
  readonly paper?: { readonly name: string; readonly place: number; readonly above: number }
  /** For each kind of activation, the best of each K over the best of all. */
  readonly byK: readonly {
    readonly name: string
    readonly activation: Activation
    readonly candidates: readonly Candidate[]
    readonly ratios: Readonly<Record<number, number>>
    readonly best: number
  }[]
  readonly composition: readonly Checked[]
  readonly scaling: Scaling
}

/** What K is best for depends on what is added: floats twice, in float32, as this core does, and in half. */
const kinds = [
  { name: 'i8', activation: 'i8' },
  { name: 'i16', activation: 'i16' },
  { name: 'f16, sums in f32', activation: 'f16', sum: 'f32' },
  { name: 'f16, sums in f16', activation: 'f16', sum: 'f16' },
] as const

export const paperShape = 'M2N64K4'

export function explore({ mnk = 512, bits = 2, activation = 'i8', tableBits }: DesignSpace = {}): Exploration {
  const synthesis = synthesizedParts()
  const space = { mnk, bits, activation }
  const candidates = sweep({ ...space, tableBits })
  const found = standing(candidates, paperShape)
  const byK = kinds.map((kind) => {
    const all = sweep({ mnk, bits, ...kind })
    const best = bestByK(all)
    const ratios = Object.fromEntries(best.map((one) => [one.k, one.best.product / all[0].product]))
    return { ...kind, candidates: all, ratios, best: all[0].config.k }
  })
  return {
    modelled: true,
    library: synthesis.libraries[0].name,
    space,
    candidates,
    free: grid(4, { ...space, tableBits }),
    paper: found && { name: paperShape, ...found },
    byK,
    composition: checkComposition(synthesis),
    scaling: scaling(synthesis.libraries[0]),
  }
}
