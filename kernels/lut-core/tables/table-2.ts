/**
 * Table 2: the array that UNPU has, and each of LUT Tensor Core's ideas after the other, as ratios to the first.
 * before ./paper · after ./all
 */
import { table2 } from './paper.js'
import { row, type Table } from './table.js'

/** Ours, from RTL: areas (any unit) and energies (any unit) of the four steps, in the paper's order. */
export interface Chain {
  readonly areas: readonly number[]
  /** Of evenly active nets. */
  readonly energies?: readonly number[]
  /** Of gates that were simulated with random weights, without glitches. */
  readonly simulated?: readonly number[]
}

export function makeTable2(chain?: Chain): Table {
  const ratio = (values: readonly number[] | undefined, i: number) =>
    values?.[0] === undefined || values[i] === undefined ? undefined : values[0] / values[i]
  const rows = table2.flatMap(({ name, intensity, efficiency }, i) => [
    told(name, 'compute density', intensity, ratio(chain?.areas, i)),
    told(name, 'energy efficiency', efficiency, ratio(chain?.energies, i)),
    told(name, 'energy efficiency, by simulated gates', efficiency, ratio(chain?.simulated, i)),
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
  'Energy efficiency: every net as active as the others, no vectors. By simulated gates: random weights, tables of uniform activations, no glitches (lutra lut-core synth prints both, and glitches). A half table saves area, but its turned signs toggle more nets than a whole table, so random weights gain nothing; the paper names no vectors.',
]
