/**
 * How C++ kernels keep codes: lanes of a vector hold codes of neighbouring columns, and above one another in a lane lie
 * those of columns a vector's lanes apart, so that a shift and a mask give a vector of neighbours.
 * gives  a Layout (../tile/layout) of one row, and how a group is padded to it · after ./linear, ./source
 */
import { type Layout, type Part, widths } from '../tile/layout.js'

export function laneLayout(bits: number, laneBits: 8 | 32, lanes: number): Layout {
  const found = widths(bits)
  const narrowest = Math.min(...found.map(({ width }) => width))
  const unit = (lanes * laneBits) / narrowest
  let at = 0
  const parts = found.map(({ from, width }): Part => {
    const slots = laneBits / width
    const part = {
      ...{ from, width, at },
      axes: [
        { dim: 'column', size: lanes, step: 1, bits: laneBits },
        { dim: 'column', size: slots, step: lanes, bits: width },
        { dim: 'column', size: width / narrowest, step: lanes * slots, bits: lanes * laneBits },
      ],
    } as const
    at += unit * width
    return part
  })
  // Scales that follow are float32.
  return { tileRows: 1, unit, unitBytes: Math.ceil(at / 32) * 4, parts }
}

/** How groups lie in units: several in one, or one in several. In codes. */
export interface Grouping {
  readonly padded: number
  /** Groups of a record, whose units' codes come first and then its groups' scales and minima. */
  readonly perRecord: number
  /** Units of a record. */
  readonly units: number
}

/** Groups become whole vectors, and a power of two of them a unit. */
export function grouping(group: number, { unit }: Layout, lanes: number): Grouping {
  if (group >= unit) {
    const units = Math.ceil(group / unit)
    return { padded: units * unit, perRecord: 1, units }
  }
  const padded = lanes * 2 ** Math.ceil(Math.log2(group / lanes))
  return { padded: Math.max(padded, lanes), perRecord: unit / Math.max(padded, lanes), units: 1 }
}
