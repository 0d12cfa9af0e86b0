/**
 * Figure 12: units that multiply four pairs, as density over the FP16 multiply-add unit.
 * before ./paper · after ./all
 */
import { dp4 } from './paper.js'
import { row, type Table } from './table.js'

/** Ours, from RTL: density of a LUT unit over the FP16 MAC unit's. */
export interface Dp4Ratios {
  readonly lutW1A16?: number
}

export function makeDp4(ratios: Dp4Ratios = {}): Table {
  const [mac, lut] = dp4
  const about = { name: lut.name, quantity: `compute density over ${mac.name}`, unit: '×' }
  const paper = lut.density / mac.density
  const ours = ratios.lutW1A16
  const rows = [
    ours === undefined
      ? row({ ...about, paper, origin: 'missing', reason: 'not synthesized yet' })
      : row({ ...about, paper, ours, origin: 'synthesized' }),
  ]
  const notes = [`The paper: ${lut.density} and ${mac.density} TFLOPs/mm² in 28 nm.`]
  return { id: 'dp4', title: 'Figure 12: units of four products', rows, notes }
}
