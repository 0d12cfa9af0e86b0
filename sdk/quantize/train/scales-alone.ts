/**
 * E2E-QP over the codes of a finished file: its blocks' scales are trained end to end, all else stays.
 * takes  the float model, a file quantized of it, Lessons · gives  what was trained, and the tensors' new bytes
 * before ./block-scales, ./model, ./loop · after ./train
 */
import { LutraError } from '../../../hal/error.js'
import type { WeightScheme } from '../../../kernels/native/train-scheme.js'
import type { ModelFile } from '../../model/model-file.js'
import { type FloatWeights, floatWeights } from '../source/weights.js'
import { putScales, takeScales } from './block-scales.js'
import { loop } from './loop.js'
import { shapeOf, trainerOf } from './model.js'
import type { TrainedLinear } from './pack.js'
import { type EndToEnd, SCALE_RATE, sizeOf, type Trained } from './qat.js'
import type { Lessons } from './text.js'

export interface ScalesAlone extends Trained {
  /** The file's own model: what is not trained is carried over from it. */
  readonly model: FloatWeights
  readonly bytes: ReadonlyMap<string, Uint8Array>
}

/** @throws LutraError mismatch where the file is of another model, or has no format whose scales can be trained */
export async function scalesAlone(
  float: FloatWeights,
  from: ModelFile,
  lessons: Lessons,
  path: string,
  wish: string,
  o: Omit<EndToEnd, 'method' | 'format' | 'start' | 'rank'>,
): Promise<ScalesAlone> {
  const model = floatWeights(from)
  const shape = shapeOf(model)
  if (JSON.stringify(shape) !== JSON.stringify(shapeOf(float)))
    throw new LutraError('mismatch', `Expected ${from.path} to be a quantized file of the same model but sizes differ`)
  const firsts = new Map<string, TrainedLinear>()
  for (const [name, tensor] of from.tensors) {
    const first = tensor.shape.length === 2 && name !== 'token_embd.weight' ? takeScales(tensor) : undefined
    if (first) firsts.set(name, first)
  }
  if (firsts.size === 0)
    throw new LutraError('mismatch', `Expected formats with a scale a block in ${from.path} but found none to train`)
  const schemes: Record<string, WeightScheme> = {}
  for (const [name, { levels, scales }] of firsts)
    schemes[name] = { grid: 'fixed', group: levels.length / scales.length }
  const base = { threads: o.threads, precision: o.precision }
  const freeze = ['embedding', 'head', 'gain', 'linear'] as const
  const trainer = await trainerOf(model, shape, { ...base, schemes, freeze })
  for (const [name, { levels, scales }] of firsts) {
    trainer.set(name, levels)
    trainer.set(name.replace(/weight$/, 'scale'), scales)
  }
  const teacher = o.kd && (await trainerOf(float, shape, { ...base, freeze }))
  const curve = await loop(trainer, lessons, path, wish, {
    ...o,
    rates: { scale: SCALE_RATE, ...o.rates },
    distillation: teacher && { ...o.kd, teacher },
  })
  const linears = new Map<string, TrainedLinear>()
  const bytes = new Map<string, Uint8Array>()
  for (const [name, first] of firsts) {
    const tensor = from.tensors.get(name)
    const scales = trainer.get(name.replace(/weight$/, 'scale')).map((scale) => Math.max(scale, 1e-5))
    linears.set(name, { ...first, scales })
    if (tensor) bytes.set(name, putScales(tensor, first.scales, scales))
  }
  return { model, linears, others: new Map(), bytes, curve, ...sizeOf(trainer) }
}
