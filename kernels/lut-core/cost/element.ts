/**
 * What one processing element costs in its array: tabulated by K, linear in LUT_BIT and W_BIT, since multiplexers, sign,
 * adder and register are rows of equal bits and K decides how deep the multiplexer is. Elements of a row share what turns
 * its index into selects, so that one alone is larger: small arrays tell the two apart.
 * takes  parts of small arrays and of single elements · gives  µm², and joules of a lookup with its addition
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

export interface Element {
  /** One of M · N. */
  readonly each: Figures
  /** What the M elements of a row share: turning its index into selects. One of N. */
  readonly row: Figures
}

/** W_BIT of the points that LUT_BIT's lines go through. */
const usualWidth = 2

/** LutraError unsupported where no parts of this K were synthesized. */
export function element(synthesis: Synthesis, shape: ElementShape): Element {
  const row = { area: inCompany(synthesis, shape, areaOf).row, energy: inCompany(synthesis, shape, joulesOf).row }
  const value = (told: (part: Part) => number): number => {
    const company = inCompany(synthesis, shape, told).each
    return (company * alone(synthesis, shape, told)) / alone(synthesis, { ...shape, ...plain }, told)
  }
  return { each: { area: value(areaOf), energy: value(joulesOf) }, row }
}

const areaOf = ({ area }: Part) => area
const plain = { weightBits: usualWidth, symmetric: true, negateIndex: false }

/**
 * From arrays of 1 × 2, 1 × 4 and 2 × 4: two more elements of one token add two elements and two rows; a second token
 * adds a table and four elements. What then remains of a table is its registers, to 4 %, so that ./stores has the rest.
 */
function inCompany(synthesis: Synthesis, { k, tableBits }: ElementShape, told: (part: Part) => number) {
  const of = (m: number, n: number) => {
    const parts = partsOf(synthesis, 'lut_array', { fit: 1, K: k, M: m, N: n })
    if (parts.length < 2)
      throw new LutraError('unsupported', `Expected parts of lut_array with K = ${k} but found ${parts.length}`)
    return line(parts.map((part) => [part.parameters.LUT_BIT, told(part)]))(tableBits)
  }
  const [two, four, eight] = [of(1, 2), of(1, 4), of(2, 4)]
  const both = (four - two) / 2
  const table = two - 2 * both
  const each = (eight - four - table) / 4
  return { each, row: both - each }
}

/** One element synthesized by itself, to tell what other ideas and wider weights change, as a ratio. */
function alone(synthesis: Synthesis, shape: ElementShape, told: (part: Part) => number): number {
  const ideas = { SYMMETRIC: +shape.symmetric, NEGATE_INDEX: +shape.negateIndex }
  const points = partsOf(synthesis, 'lut_pe', { K: shape.k, W_BIT: usualWidth, ...ideas })
  const widths = partsOf(synthesis, 'lut_pe', { K: 4, LUT_BIT: 12, SYMMETRIC: 1, NEGATE_INDEX: 0 })
  const byTable = line(points.map((part) => [part.parameters.LUT_BIT, told(part)]))
  const byWidth = line(widths.map((part) => [part.parameters.W_BIT, told(part)]))
  return byTable(shape.tableBits) + byWidth(shape.weightBits) - byWidth(usualWidth)
}
