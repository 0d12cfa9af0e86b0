/**
 * What stands around the elements: registers by the bit, adders that build a table, wide accumulators.
 * takes  parts of lut_registers, lut_build, lut_accumulate · gives  µm², joules per cycle
 * before ./parts, ./fit · after ./cost
 */
import { LutraError } from '../../../hal/error.js'
import type { Part, Synthesis } from '../synthesis/part.js'
import type { Figures } from './element.js'
import { line } from './fit.js'
import { joulesOf, partsOf } from './parts.js'

/** One bit of a register with an enable (double: two, with a transfer), loaded every `every` cycles. */
export function registerBit(synthesis: Synthesis, every: number, double: boolean): Figures {
  const parts = partsOf(synthesis, 'lut_registers', { DOUBLE: +double })
  const of = (cycles: number): Part => {
    const found = parts.find(({ parameters }) => parameters.every === cycles)
    if (!found)
      throw new LutraError(
        'unsupported',
        `Expected a part of lut_registers loaded every ${cycles} cycles but found none`,
      )
    return found
  }
  const bits = of(0).parameters.BITS
  const always = joulesOf(of(1)) // its enable never moves, so it has a point of its own
  // What a load costs, seldom enough to be counted alone; the clock's pins pay in every cycle.
  const byRate = line([0, 2, 4, 8].map((cycles) => [cycles === 0 ? 0 : 1 / cycles, joulesOf(of(cycles))]))
  return { area: of(0).area / bits, energy: (every === 1 ? always : byRate(1 / every)) / bits }
}

export interface BuilderShape {
  readonly k: number
  readonly activationBits: number
  readonly symmetric: boolean
  readonly reinterpret: boolean
}

/** Adders that build one table; joules of one building. Linear in the activations' bits. */
export function builder(synthesis: Synthesis, { k, activationBits, symmetric, reinterpret }: BuilderShape): Figures {
  const points = partsOf(synthesis, 'lut_build', { K: k, SYMMETRIC: +symmetric, REINTERPRET: +reinterpret })
  if (points.length < 2)
    throw new LutraError('unsupported', `Expected parts of lut_build with K = ${k} but found ${points.length}`)
  const value = (told: (part: Part) => number) =>
    line(points.map((part) => [part.parameters.A_BIT, told(part)]))(activationBits)
  return { area: value((part) => part.area), energy: value(joulesOf) }
}

/** One wide accumulator behind an element, of 32 bits; joules per cycle at two planes a group. */
export function accumulator(synthesis: Synthesis, sumBits: number): Figures {
  const points = partsOf(synthesis, 'lut_accumulate')
  const value = (told: (part: Part) => number) =>
    line(points.map((part) => [part.parameters.SUM_BIT, told(part)]))(sumBits)
  return { area: value((part) => part.area), energy: value(joulesOf) }
}
