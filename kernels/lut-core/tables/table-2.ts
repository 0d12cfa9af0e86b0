/**
 * Table 2: the array that UNPU has, and each of LUT Tensor Core's ideas after the other, as ratios to the first.
 * before ./paper · after ./all
 */
import { table2 } from './paper.js'
import { row, type Table } from './table.js'

/** Ours, from RTL: areas (any unit) and energies (any unit) of the four steps, in the paper's order. */
export interface Chain {
  readonly areas: readonly number[]
  readonly energies?: readonly number[]
}

export function makeTable2(chain?: Chain): Table {
  const ratio = (values: readonly number[] | undefined, i: number) =>
    values?.[0] === undefined || values[i] === undefined ? undefined : values[0] / values[i]
  const rows = table2.flatMap(({ name, intensity, efficiency }, i) => [
    told(name, 'compute density', intensity, ratio(chain?.areas, i)),
    told(name, 'energy efficiency', efficiency, ratio(chain?.energies, i)),
  ])
  return { id: '2', title: 'Ablation from UNPU to LUT Tensor Core, M × N × K = 512, W2 A8', rows, notes }
}

function told(name: string, quantity: string, paper: number, ours: number | undefined) {
  const about = { name, quantity, unit: '× of the first', paper }
  return ours === undefined
    ? row({ ...about, origin: 'missing', reason: 'not synthesized yet' })
    : row({ ...about, ours, origin: 'synthesized' })
}

const notes = [
  "The paper's area column is headed mm² and can only be µm². Ratios are compared: ours are cells of an open library, the paper's TSMC 28 nm.",
]
