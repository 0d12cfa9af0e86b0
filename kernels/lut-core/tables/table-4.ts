/**
 * Table 4: what building tables adds to a layer, as a kernel of its own and fused, counted and held beside the paper.
 * before ../system/precompute, ./paper · after ./all
 */
import { m2n64k4 } from '../config.js'
import { countEntries, type Size } from '../system/core-tables.js'
import { fp16Mac } from '../system/cores.js'
import { type EndToEnd, gpus } from '../system/end-to-end.js'
import { mean } from '../system/fit.js'
import { layerTimes } from '../system/layer.js'
import { bloom176b, llama2x70b, type ModelShape, opt175b } from '../system/models.js'
import { type Building, buildings, fused, secondsOf, separate } from '../system/precompute.js'
import { measuredOverheads } from './measured.js'
import { table4, table4Means } from './paper.js'
import { percent, type Row, row, type Table } from './table.js'

const models: Readonly<Record<string, ModelShape>> = Object.fromEntries(
  [opt175b, bloom176b, llama2x70b].map((model) => [model.name, model]),
)

export interface Overhead {
  readonly model: string
  readonly phase: 'prefill' | 'decode'
  /** Shares of the layer's time without tables. */
  readonly paper: { readonly separate: number; readonly fused: number }
  readonly ours: { readonly separate: number; readonly fused: number }
}

/** Counted seconds over the paper's time of the layer on an A100: what is compared is the overhead alone. */
export function overheads(building: Building, dram: number): readonly Overhead[] {
  return table4.map(({ model, batch, tokens, welder, ...with_ }) => {
    const shape = models[model] as ModelShape
    const share = (counts: ReturnType<typeof fused>) => (1e3 * secondsOf(counts, gpus.A100, dram)) / welder
    return {
      model,
      phase: batch === 1 ? 'prefill' : 'decode',
      paper: { separate: with_.separate / welder - 1, fused: with_.fused / welder - 1 },
      ours: {
        separate: share(separate(shape, batch * tokens, building)),
        fused: share(fused(shape, batch * tokens, 8)),
      },
    }
  })
}

/** Root of the mean square of log(ours / paper): 0.3 is a factor of 1.35. */
export function residual(rows: readonly Overhead[], kind: 'separate' | 'fused'): number {
  return Math.sqrt(mean(rows.map(({ ours, paper }) => Math.log(ours[kind] / paper[kind]) ** 2)))
}

/** The way to build tables that comes nearest to the paper's six separate rows: chosen by them, among eight. */
export function nearestBuilding(dram: number): Building {
  const score = (building: Building) => residual(overheads(building, dram), 'separate')
  return buildings.reduce((best, each) => (score(each) < score(best) ? each : best))
}

export function nameOf({ entries, gather, perLinear }: Building): string {
  return `${entries} entries of halves, ${gather ? 'each gathers its 4 activations' : 'activations read once'}, ${
    perLinear ? 'for each linear' : 'shared by q, k, v and by gate, up'
  }`
}

/** A model whose linears our own core would take: by what inputs they have. */
export interface OwnModel {
  readonly name: string
  readonly inputs: readonly (readonly Size[])[]
}

export function makeTable4(found: EndToEnd, own: readonly OwnModel[] = []): Table {
  const { achieved } = found
  const chosen = nearestBuilding(achieved.dram)
  const counted = overheads(chosen, achieved.dram)
  const rows: Row[] = counted.flatMap(({ model, phase, paper, ours }) =>
    (['separate', 'fused'] as const).map((kind) =>
      row({
        name: `${model} ${phase}`,
        quantity: kind === 'separate' ? 'tables by a kernel of its own' : 'tables fused',
        unit: '% of the layer',
        paper: 100 * paper[kind],
        ours: 100 * ours[kind],
        origin: 'counted',
      }),
    ),
  )
  rows.unshift(...layers(found))
  for (const phase of ['prefill', 'decode'] as const)
    for (const kind of ['separate', 'fused'] as const) {
      const ours = 100 * mean(counted.filter((each) => each.phase === phase).map((each) => each.ours[kind]))
      const quantity = kind === 'separate' ? 'tables by a kernel of its own' : 'tables fused'
      const paper = table4Means[phase][kind]
      rows.push(row({ name: `mean ${phase}`, quantity, unit: '% of the layer', paper, ours, origin: 'counted' }))
    }
  for (const { model, phase, separate: naive, fused: joined } of measuredOverheads) {
    const about = { name: `${model} ${phase}, real H100`, unit: '% of the layer', origin: 'measured' } as const
    rows.push(row({ ...about, quantity: 'tables by a kernel of its own', ours: 100 * naive }))
    rows.push(row({ ...about, quantity: 'tables fused', ours: 100 * joined }))
  }
  rows.push(...own.flatMap(ownRows))
  return { id: '4', title: 'Building tables: a kernel of its own, or fused', rows, notes: notes(chosen, achieved.dram) }
}

/** The layer without tables, in halves, by the model and constants of table 1. */
function layers({ achieved, structure }: EndToEnd): Row[] {
  return table4.map(({ model, batch, tokens, welder }) => {
    const shape = models[model] as ModelShape
    const times = layerTimes(shape, { batch, tokens }, fp16Mac, gpus.A100, achieved, structure)
    return row({
      name: `${model} ${batch === 1 ? 'prefill' : 'decode'}`,
      quantity: 'the layer without tables',
      unit: 'ms (simulated)',
      paper: welder,
      ours: 1e3 * times.reduce((sum, { seconds }) => sum + seconds, 0),
      origin: 'predicted',
    })
  })
}

/** What our core computes for one token: relative to tables that are built once and shared. */
function ownRows({ name, inputs }: OwnModel): Row[] {
  const counts = countEntries(inputs, m2n64k4)
  const of = (ours: number, quantity: string, unit: string): Row =>
    row({ name: `${name}, our core`, quantity, unit, ours, origin: 'counted' })
  return [
    of(counts.shared, 'table entries a token, shared by q, k, v and by gate, up', 'entries'),
    of(counts.perLinear / counts.shared, 'for each linear', '× as many'),
    of(counts.inArray / counts.shared, 'in the array, again for every 64 rows', '× as many'),
  ]
}

function notes(chosen: Building, dram: number): readonly string[] {
  const all = buildings.map((each) => {
    const found = overheads(each, dram)
    const of = (phase: Overhead['phase']) =>
      percent(mean(found.filter((one) => one.phase === phase).map(({ ours }) => ours.separate)))
    return `  ${nameOf(each)}: ${of('prefill')} prefill, ${of('decode')} decode, residual ${residual(found, 'separate').toFixed(2)}`
  })
  return [
    `Counted: bytes read and written by the table kernel, more bytes for the linear to read, additions; divided by ${dram.toFixed(2)} of the A100's bandwidth (fitted in table 1) and by its lanes. No constant is fitted to table 4.`,
    "The layer without tables is predicted by table 1's constants, which do not carry over: the paper's large layers reach more of the tensor core's peak than its BitNet-3B does. Overheads are counted over the paper's own time of the layer.",
    'Fused (8 entries of halves in a symmetric table) is a prediction. Separate is the nearest of eight ways to count, chosen by the six rows themselves:',
    ...all,
    `Chosen: ${nameOf(chosen)}.`,
    'No count of bytes for each token can tell prefill from decode, as the paper does (16.5 and 24.4 %): LLAMA2-70B takes 2.92 ms more for 4096 tokens but 3.76 ms more for 1024.',
    'Real H100: naive kernels (8 entries, for each linear) and fused ones, bench/gpu/layers.py; no GPU reads the tables, so that cost is not in it.',
  ]
}
