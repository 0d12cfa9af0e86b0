/**
 * Table 1: latencies fitted and predicted, and what its headlines compare. They set LUT arrays with 2-bit weights and
 * 8-bit activations against FP16 multiply-add; the same work on INT8 tensor cores stands beside them always.
 * before ../system/end-to-end, ./paper · after ./all
 */

import { peak } from '../system/cores.js'
import {
  cores,
  type EndToEnd,
  type Figure,
  gpus,
  leaveOneOut,
  rest,
  straightLine,
  variants,
} from '../system/end-to-end.js'
import { headlines, type Table1Row, table1 } from './paper.js'
import { percent, type Row, row, type Table } from './table.js'

/** Latencies of table 1, two a row. */
export const figures: readonly Figure[] = table1.flatMap(({ name, gpu, core, milliseconds }) =>
  (['prefill', 'decode'] as const).map((phase, i) => ({
    name,
    gpu,
    core,
    phase,
    milliseconds: milliseconds[i] as number,
  })),
)

/** Ours where RTL was synthesized: a LUT array over a multiply-add array, for the same W2 A8 work. */
export interface ArrayRatios {
  /** Multiply-adds a second and area, LUT over FP16 and over INT8. */
  readonly density?: { readonly fp16?: number; readonly int8?: number }
  /** Multiply-adds and joule, likewise. */
  readonly efficiency?: { readonly fp16?: number; readonly int8?: number }
}

export function makeTable1(found: EndToEnd, arrays: ArrayRatios = {}): Table {
  const rows: Row[] = found.rows.map(({ name, phase, milliseconds, predicted, fitted }) =>
    row({
      name,
      quantity: phase === 'prefill' ? 'prefill, 1 × 2048 tokens' : 'decode, 1024 × 1 tokens',
      unit: 'ms (simulated)',
      paper: milliseconds,
      ours: predicted,
      origin: fitted ? 'fitted' : 'predicted',
    }),
  )
  rows.push(...speeds(found), ...peaks(), ...ratios(arrays))
  return {
    id: '1',
    title: 'Overall: BitNet-3B on GPUs with multiply-add or LUT tensor cores',
    rows,
    notes: notes(found),
  }
}

/** LUT rows against FP16, and against INT8 or FP8: times as fast. */
function speeds({ rows }: EndToEnd): Row[] {
  const at = (name: string, phase: Figure['phase']) => rows.find((each) => each.name === name && each.phase === phase)
  return rows
    .filter(({ fitted }) => !fitted)
    .flatMap((lut) =>
      (lut.gpu === 'A100' ? ['A100 FP16', 'A100 INT8'] : ['H100 FP8']).flatMap((name) => {
        const mac = at(name, lut.phase)
        if (!mac) return []
        const about = { name: lut.name, quantity: `${lut.phase}, times as fast as ${name}`, unit: '×' }
        const paper = mac.milliseconds / lut.milliseconds
        return [row({ ...about, paper, ours: mac.predicted / lut.predicted, origin: 'predicted' })]
      }),
    )
}

function peaks(): Row[] {
  return table1.map(({ name, gpu, core, peak: paper }) => {
    const about = { name, quantity: 'peak', unit: 'TOPs', origin: 'counted' } as const
    return row({ ...about, paper, ours: peak(cores[core], gpus[gpu]) / 1e12 })
  })
}

/** Both headlines, against FP16 and, like for like, against INT8. */
function ratios({ density, efficiency }: ArrayRatios): Row[] {
  const of = (name: string) => table1.find((each) => each.name === name) as Table1Row
  const [lut4, lut8, fp16, int8] = ['A100-LUT-4X', 'A100-LUT-8X', 'A100 FP16', 'A100 INT8'].map(of) as [
    Table1Row,
    Table1Row,
    Table1Row,
    Table1Row,
  ]
  const joule = (a: Table1Row, b: Table1Row) => (a.efficiency ?? 0) / (b.efficiency ?? 1)
  return [
    told('headline: LUT W2 A8 against FP16 MAC', 'compute density', headlines.density, density?.fp16),
    told('like for like: LUT W2 A8 against INT8 MAC', 'compute density', lut4.density / int8.density, density?.int8),
    told('headline: LUT W2 A8 against FP16 MAC', 'energy efficiency', headlines.efficiency, efficiency?.fp16),
    told('like for like: LUT W2 A8 against INT8 MAC', 'energy efficiency', joule(lut4, int8), efficiency?.int8),
    told('INT8 MAC against FP16 MAC', 'compute density', int8.density / fp16.density, quotient(density)),
    told('INT8 MAC against FP16 MAC', 'energy efficiency', joule(int8, fp16), quotient(efficiency)),
    told(
      'A100-LUT-8X against FP16 MAC',
      'area of tensor cores',
      lut8.area / fp16.area,
      // As many times the work as its peak says, in as many times less area as it is denser.
      density?.fp16 && lut8.peak / fp16.peak / density.fp16,
    ),
  ]
}

function quotient(ratio: ArrayRatios['density']): number | undefined {
  return ratio?.fp16 !== undefined && ratio.int8 !== undefined ? ratio.fp16 / ratio.int8 : undefined
}

function told(name: string, quantity: string, paper: number, ours: number | undefined): Row {
  if (ours === undefined)
    return row({ name, quantity, unit: '×', paper, origin: 'missing', reason: 'not synthesized yet' })
  return row({ name, quantity, unit: '×', paper, ours, origin: 'synthesized' })
}

function notes({ achieved, fitted, predicted, rows, structure }: EndToEnd): readonly string[] {
  const { core, dram, shared } = achieved
  const outside = rows.filter((each) => !each.fitted && Math.abs(each.deviation) > 0.12)
  const line = straightLine(figures)
  const left = rest(figures).map(({ name, milliseconds }) => `${name} ${milliseconds.toFixed(1)}`)
  return [
    `Three constants, fitted on the six figures of multiply-add rows: ${core.toFixed(3)} of the core's peak, ${dram.toFixed(3)} of DRAM's and ${shared.toFixed(3)} of shared memory's bandwidth.`,
    `Mean |deviation|: ${percent(fitted.mean)} of fitted figures (worst ${percent(fitted.worst)}), ${percent(predicted.mean)} of predicted ones (worst ${percent(predicted.worst)}).`,
    `Beyond 12 %: ${outside.map(({ name, phase, deviation }) => `${name} ${phase} ${percent(deviation)}`).join(', ') || 'none'}.`,
    `The paper's figures, prefill - 2 · decode in ms, what attention's scores leave: ${left.join(', ')}. Cores cannot change that work, yet both 4X rows stand below their neighbours.`,
    'Each fitted figure, foretold by the five others (and the worst LUT figure then):',
    ...leaveOneOut(figures).map(
      (out) => `  ${out.name} ${out.phase}: ${percent(out.deviation)} (${percent(out.worstLut)})`,
    ),
    'Variants of the model, each fitted by itself; taken is the one that meets the fitted figures best:',
    ...variants(figures).map((each) => {
      const taken = each.structure.waves === structure.waves && each.structure.head === structure.head
      const name = `${each.structure.waves} waves, ${each.structure.head ? 'with' : 'without'} the output head`
      const lut = `predicted mean ${percent(each.predicted.mean)}, worst ${percent(each.predicted.worst)}`
      return `  ${name}${taken ? ' (taken)' : ''}: fitted mean ${percent(each.fitted.mean)}; ${lut}`
    }),
    `A straight line through the A100's multiply-add rows (fixed + c / peak, four constants) gives ${line.map(({ name, phase, predicted, deviation }) => `${name} ${phase} ${predicted.toFixed(1)} ms (${percent(deviation)})`).join(', ')}.`,
    'The variants were written while the LUT rows were in sight: only the constants are blind to them.',
    'The headlines compare 2-bit weights on LUT arrays with FP16 multiply-add; INT8 tensor cores do the same work as the LUT arrays.',
  ]
}
