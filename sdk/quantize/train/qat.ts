/**
 * Training end to end on a format's grid: full (all weights and scales), low rank (LR-QAT), or scales alone (E2E-QP).
 * takes  FloatWeights, Lessons, a format · gives  TrainedLinear by name, the other tensors, what was trained
 * before ./model, ./scales, ./loop · after ./train
 */
import type { Trainer } from '../../../kernels/native/train.js'
import type { FloatWeights } from '../source/weights.js'
import type { TrainedFormat } from './formats.js'
import { type Curve, type LoopOptions, loop } from './loop.js'
import { shapeOf, trainerOf } from './model.js'
import type { TrainedLinear } from './pack.js'
import { firstScales, fixedPoint } from './scales.js'
import type { Lessons } from './text.js'

export interface Distilling {
  /** Of the divergence in the loss, 0 to 1; default 0.5. */
  readonly share?: number
  /** Default 1. */
  readonly temperature?: number
}

export interface EndToEnd extends Omit<LoopOptions, 'distillation'> {
  readonly method: 'qat' | 'lr-qat' | 'e2e-qp'
  readonly format: TrainedFormat
  /** Of LR-QAT; default 32. */
  readonly rank?: number
  /** The float model is the teacher, where given. */
  readonly kd?: Distilling
  readonly threads?: number
  readonly precision?: 'f32' | 'bf16'
  /** Codes and scales to go on from; default: rounding to nearest with searched ranges. */
  readonly start?: ReadonlyMap<string, TrainedLinear>
}

export interface Trained {
  readonly linears: ReadonlyMap<string, TrainedLinear>
  /** What is not quantized and was trained: gains, embedding, head. */
  readonly others: ReadonlyMap<string, Float32Array>
  readonly curve?: Curve
  /** Floats with an update, and those with their two moments. */
  readonly trained: number
  readonly state: number
}

/** Adam moves a parameter by about its rate: scales are smaller than most weights are apart. */
export const SCALE_RATE = 0.1

export async function endToEnd(
  model: FloatWeights,
  text: Lessons,
  path: string,
  wish: string,
  o: EndToEnd,
): Promise<Trained> {
  const shape = shapeOf(model)
  const { scheme } = o.format
  const rank = o.method === 'lr-qat' ? (o.rank ?? 32) : 0
  const grid = o.method === 'e2e-qp' ? ({ grid: 'fixed', group: scheme.group } as const) : { ...scheme, rank }
  const base = { threads: o.threads, precision: o.precision }
  const trainer = await trainerOf(model, shape, {
    ...{ ...base, scheme: grid },
    freeze: o.method === 'qat' ? [] : ['embedding', 'head', 'gain'],
  })
  // Rounds to the format's own grid where only scales are trained.
  const rounder = o.method === 'e2e-qp' ? await trainerOf(model, shape, { ...base, scheme }) : undefined
  const linears = trainer.parameters().filter(({ kind }) => kind === 'linear')
  const zeros = new Map<string, Float32Array>()
  for (const { name, cols } of linears) {
    const put = (suffix: string, data: Float32Array) => trainer.set(name.replace(/weight$/, suffix), data)
    const from = { ...scheme, group: Math.min(scheme.group, cols) }
    const weights = trainer.get(name)
    const first = o.start?.get(name) ?? firstScales(weights, from)
    put('scale', first.scales)
    if (grid.grid === 'affine' && first.zeros) put('zero', first.zeros)
    if (first.zeros) zeros.set(name, first.zeros)
    if (rank > 0) trainer.set(name, fixedPoint(weights, first.scales, from))
    if (!rounder) continue
    rounder.set(name.replace(/weight$/, 'scale'), first.scales)
    if (first.zeros) rounder.set(name.replace(/weight$/, 'zero'), first.zeros)
    trainer.set(name, o.start?.get(name)?.levels ?? rounder.levels(name))
  }
  const teacher = o.kd && (await trainerOf(model, shape, { ...base, freeze: ['embedding', 'head', 'gain', 'linear'] }))
  const curve = await loop(trainer, text, path, wish, {
    ...o,
    rates: { scale: SCALE_RATE, zero: SCALE_RATE, ...o.rates },
    distillation: teacher && { ...o.kd, teacher },
  })
  return { ...collect(trainer, zeros), curve, ...sizeOf(trainer) }
}

/** What a trainer learned, by name; zeros of affine levels that were fixed are given. */
export function collect(
  trainer: Trainer,
  fixedZeros: ReadonlyMap<string, Float32Array> = new Map(),
): Pick<Trained, 'linears' | 'others'> {
  const linears = new Map<string, TrainedLinear>()
  const others = new Map<string, Float32Array>()
  const all = trainer.parameters()
  const names = new Set(all.map(({ name }) => name))
  for (const { name, rows, cols, kind } of all) {
    const beside = (suffix: string) => name.replace(/weight$/, suffix)
    if (kind === 'linear' && names.has(beside('scale'))) {
      const zeros = names.has(beside('zero')) ? trainer.get(beside('zero')) : fixedZeros.get(name)
      const scales = trainer.get(beside('scale')).map((scale) => Math.max(scale, 1e-5))
      linears.set(name, { rows, cols, levels: trainer.levels(name), scales, zeros })
    } else if (kind === 'embedding' || kind === 'head' || kind === 'gain') others.set(name, trainer.get(name))
  }
  return { linears, others }
}

export function sizeOf(trainer: Trainer): Pick<Trained, 'trained' | 'state'> {
  const { trained } = trainer.size
  return { trained, state: 3 * trained }
}
