/**
 * The paper's table 1, latencies: constants fitted on the rows with multiply-add cores, the rows with LUT cores predicted.
 * takes  rows (paper) · gives  constants, predictions, deviations, leave-one-out
 * before ./layer, ./fit · after ../tables
 */
import { fp8Mac, fp16Mac, int8Mac, lutArrays, type TensorCore } from './cores.js'
import { deviation, mean, minimize } from './fit.js'
import type { Efficiencies } from './gemm.js'
import { a100, type Gpu, h100 } from './gpus.js'
import { modelTime, type Structure, type Work } from './layer.js'
import { bitnet3b } from './models.js'

/** One figure: milliseconds of a model on a GPU with a kind of core. */
export interface Figure {
  readonly name: string
  readonly gpu: 'A100' | 'H100'
  readonly core: 'FP16' | 'INT8' | 'FP8' | 'LUT-4X' | 'LUT-8X'
  readonly phase: 'prefill' | 'decode'
  readonly milliseconds: number
}

export interface Prediction extends Figure {
  readonly predicted: number
  readonly deviation: number
  /** Used to fit the constants; false: a prediction. */
  readonly fitted: boolean
}

export interface EndToEnd {
  readonly structure: Structure
  readonly achieved: Efficiencies
  readonly rows: readonly Prediction[]
  /** Means and worst of |deviation|. */
  readonly fitted: { readonly mean: number; readonly worst: number }
  readonly predicted: { readonly mean: number; readonly worst: number }
}

/** Table 1's two columns. */
export const works: Readonly<Record<Figure['phase'], Work>> = {
  prefill: { batch: 1, tokens: 2048 },
  decode: { batch: 1024, tokens: 1 },
}

export const gpus: Readonly<Record<Figure['gpu'], Gpu>> = { A100: a100, H100: h100 }
export const cores: Readonly<Record<Figure['core'], TensorCore>> = {
  FP16: fp16Mac,
  INT8: int8Mac,
  FP8: fp8Mac,
  'LUT-4X': lutArrays(4),
  'LUT-8X': lutArrays(8),
}

/** Layers only, as the paper's simulator is validated on layers; of all variants the one that fits the MAC rows best. */
export const structure: Structure = { waves: 'even', head: false }

const start: Efficiencies = { core: 0.56, dram: 0.7, shared: 0.44 }

export function predict({ gpu, core, phase }: Figure, achieved: Efficiencies, how: Structure): number {
  return 1e3 * modelTime(bitnet3b, works[phase], cores[core], gpus[gpu], achieved, how)
}

export function isLut({ core }: Figure): boolean {
  return core.startsWith('LUT')
}

/** The three constants that bring the figures given, all of MAC cores, nearest. */
export function fitConstants(figures: readonly Figure[], how: Structure = structure): Efficiencies {
  const cost = ([core = 0, dram = 0, shared = 0]: readonly number[]): number => {
    if ([core, dram, shared].some((each) => each <= 0.05 || each > 1)) return Number.MAX_VALUE
    const errors = figures.map((figure) => Math.log(predict(figure, { core, dram, shared }, how) / figure.milliseconds))
    return errors.reduce((sum, error) => sum + error * error, 0)
  }
  const [core = 0, dram = 0, shared = 0] = minimize(cost, [start.core, start.dram, start.shared], 0.08)
  return { core, dram, shared }
}

export function endToEnd(figures: readonly Figure[], how: Structure = structure): EndToEnd {
  const achieved = fitConstants(
    figures.filter((figure) => !isLut(figure)),
    how,
  )
  const rows = figures.map((figure): Prediction => {
    const predicted = predict(figure, achieved, how)
    return { ...figure, predicted, deviation: deviation(predicted, figure.milliseconds), fitted: !isLut(figure) }
  })
  const spread = (fitted: boolean) => {
    const sizes = rows.filter((row) => row.fitted === fitted).map((row) => Math.abs(row.deviation))
    return { mean: mean(sizes), worst: Math.max(...sizes) }
  }
  return { structure: how, achieved, rows, fitted: spread(true), predicted: spread(false) }
}

export interface LeftOut {
  readonly name: string
  readonly phase: Figure['phase']
  /** Deviation of the MAC figure that was left out of the fit, and the worst of a LUT figure by that fit. */
  readonly deviation: number
  readonly worstLut: number
}

/** Every MAC figure left out once: how well the others foretell it. */
export function leaveOneOut(figures: readonly Figure[], how: Structure = structure): readonly LeftOut[] {
  const fitted = figures.filter((figure) => !isLut(figure))
  return fitted.map((out) => {
    const achieved = fitConstants(
      fitted.filter((figure) => figure !== out),
      how,
    )
    const off = (figure: Figure) => deviation(predict(figure, achieved, how), figure.milliseconds)
    const worstLut = Math.max(...figures.filter(isLut).map((figure) => Math.abs(off(figure))))
    return { name: out.name, phase: out.phase, deviation: off(out), worstLut }
  })
}

/** What other structures would have given, each fitted by itself: how much the choice of one weighs. */
export function variants(figures: readonly Figure[]): readonly EndToEnd[] {
  return (['even', 'whole'] as const).flatMap((waves) =>
    [false, true].map((head) => endToEnd(figures, { waves, head })),
  )
}

/**
 * What the figures themselves leave for work that is not linear in tokens (attention's scores): prefill - 2 · decode, in
 * milliseconds; 2048 tokens cost the linears twice what 1024 do. Cores should not change it, for it does not run on them.
 */
export function rest(figures: readonly Figure[]): readonly { readonly name: string; readonly milliseconds: number }[] {
  return figures
    .filter(({ phase }) => phase === 'prefill')
    .flatMap(({ name, milliseconds }) => {
      const decode = figures.find((figure) => figure.name === name && figure.phase === 'decode')
      return decode ? [{ name, milliseconds: milliseconds - 2 * decode.milliseconds }] : []
    })
}

/**
 * The simplest model there is, to hold the other beside: T = fixed + c / peak through the two MAC rows of the A100, for each
 * column by itself (four constants). Gives the A100's LUT figures; the H100 has one MAC row, which fixes no line.
 */
export function straightLine(figures: readonly Figure[]): readonly Prediction[] {
  return figures
    .filter((figure) => isLut(figure) && figure.gpu === 'A100')
    .flatMap((figure) => {
      const of = (core: Figure['core']) =>
        figures.find((each) => each.gpu === 'A100' && each.core === core && each.phase === figure.phase)?.milliseconds
      const [half, int8] = [of('FP16'), of('INT8')]
      if (half === undefined || int8 === undefined) return []
      // INT8 has twice FP16's peak: the line's slope is what the second half of the peak saves, twice.
      const slope = 2 * (half - int8)
      const share = cores.FP16.macs(a100) / cores[figure.core].macs(a100)
      const predicted = half - slope + slope * share
      return [{ ...figure, predicted, deviation: deviation(predicted, figure.milliseconds), fitted: false }]
    })
}
