/**
 * What one processing element costs: tabulated by K and by which ideas it has, linear in LUT_BIT and W_BIT, since
 * multiplexers, sign, adder and register are rows of equal bits and K decides how deep the multiplexer is.
 * takes  parts of lut_pe at several sizes · gives  µm², and joules of a lookup with its addition
 * before ./parts, ./fit · after ./cost
 */
import { LutraError } from '../../../hal/error.js'
import type { Part, Synthesis } from '../synthesis/part.js'
import { line } from './fit.js'
import { joulesOf, partsOf } from './parts.js'

/** µm² and joules per cycle of work. */
export interface Figures {
  readonly area: number
  readonly energy: number
}

export interface ElementShape {
  readonly k: number
  readonly tableBits: number
  /** Widest weight, W_BIT. */
  readonly weightBits: number
  readonly symmetric: boolean
  /** The sign bit inverts the index in the element. */
  readonly negateIndex: boolean
}

/** W_BIT of the points that LUT_BIT's lines go through. */
const usualWidth = 2

export function element(synthesis: Synthesis, shape: ElementShape): Figures {
  const { k, tableBits, weightBits } = shape
  const ideas = { SYMMETRIC: +shape.symmetric, NEGATE_INDEX: +shape.negateIndex }
  const points = partsOf(synthesis, 'lut_pe', { K: k, W_BIT: usualWidth, ...ideas })
  if (points.length < 2)
    throw new LutraError('unsupported', `Expected parts of lut_pe with K = ${k} but found ${points.length}`)
  const widths = partsOf(synthesis, 'lut_pe', { K: 4, LUT_BIT: 12, SYMMETRIC: 1, NEGATE_INDEX: 0 })
  const value = (told: (part: Part) => number): number => {
    const byTable = line(points.map((part) => [part.parameters.LUT_BIT, told(part)]))
    const byWidth = line(widths.map((part) => [part.parameters.W_BIT, told(part)]))
    return byTable(tableBits) + byWidth(weightBits) - byWidth(usualWidth)
  }
  return { area: value((part) => part.area), energy: value(joulesOf) }
}
