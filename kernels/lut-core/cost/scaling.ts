/**
 * From the node of the library to 28 nm, by the classical rules and nothing else: lengths shrink with the node, so area
 * with its square; energy is C · V², capacitance shrinking with length. Real libraries do not follow them closely
 * (Stillmaker and Baas, Integration 58, 2017, find differences of up to 83 times between 180 and 7 nm), so what comes out is labelled `scaled`. Ratios between designs of one library need no scaling: compare those.
 * takes  figures at a library's node · gives  the same, scaled, with the rule beside them
 */
import { LutraError } from '../../../hal/error.js'
import type { Library } from '../synthesis/part.js'

export interface Node {
  readonly nanometres: number
  readonly volts: number
}

/** The paper's: TSMC 28 nm HPC+ at 0.9 V. */
export const target: Node = { nanometres: 28, volts: 0.9 }

/** Drawn gate lengths of the libraries that the synthesis flow knows. */
const nodes: Readonly<Record<string, number>> = { osu018: 180, osu035: 350 }

export interface Scaling {
  readonly label: 'scaled'
  readonly from: Node
  readonly to: Node
  /** Factors on µm² and on joules. */
  readonly area: number
  readonly energy: number
  /** The rule in words, to be shown with every figure. */
  readonly rule: string
}

/** Factors from `library` to `to`; LutraError unsupported for a library whose node is not known. */
export function scaling({ name, volts }: Pick<Library, 'name' | 'volts'>, to: Node = target): Scaling {
  const nanometres = nodes[name]
  if (nanometres === undefined)
    throw new LutraError('unsupported', `Expected a library of ${Object.keys(nodes).join(', ')} but found ${name}`)
  return between({ nanometres, volts }, to)
}

export function between(from: Node, to: Node): Scaling {
  const length = to.nanometres / from.nanometres
  const voltage = to.volts / from.volts
  const rule =
    `${from.nanometres} nm, ${from.volts} V to ${to.nanometres} nm, ${to.volts} V: area × (${to.nanometres}/${from.nanometres})², ` +
    `energy × ${to.nanometres}/${from.nanometres} × (${to.volts}/${from.volts})²`
  return { label: 'scaled', from, to, area: length ** 2, energy: length * voltage ** 2, rule }
}

/** Where SRAM's published figures come from. */
export const sramNode: Node = { nanometres: 45, volts: 0.9 }
