/**
 * Block-AP (EfficientQAT): layer after layer, all weights, scales and zeros of one are trained so that it gives for the
 * quantized model's rows what the float layer gives for its own. Only one layer is in training at a time.
 * takes  FloatWeights, Lessons, a format · gives  TrainedLinear by name · before ./model, ./scales · after ./train
 */
import { LutraError } from '../../../hal/error.js'
import { createTrainer, type TrainBatch, type Trainer } from '../../../kernels/native/train.js'
import type { FloatWeights } from '../source/weights.js'
import { readCheckpoint, writeCheckpoint } from './checkpoint.js'
import type { TrainedFormat } from './formats.js'
import { rateAt } from './loop.js'
import { activations, type Shape, shapeOf } from './model.js'
import type { TrainedLinear } from './pack.js'
import { collect, sizeOf, type Trained } from './qat.js'
import { firstScales } from './scales.js'
import { type Lessons, random } from './text.js'

export interface BlockOptions {
  readonly format: TrainedFormat
  /** Windows of the text that pass through all layers; default 64. */
  readonly samples?: number
  /** Windows a step; default 2. */
  readonly windows?: number
  /** Times through the samples for each layer; default 2. */
  readonly epochs?: number
  /** Peak rate of the weights. */
  readonly lr: number
  /** Of scales and zeros, times `lr`; default 1. */
  readonly scaleRate?: number
  readonly seed: number
  readonly threads?: number
  readonly precision?: 'f32' | 'bf16'
  readonly signal?: AbortSignal
  readonly onLayer?: (layer: number, before: number, after: number) => void
}

/** Rows (tokens, dim) of all samples, end to end. */
interface Rows {
  readonly values: Float32Array
  /** Where each begins, in tokens, and at the end their number. */
  readonly starts: Int32Array
  readonly dim: number
}

/** As EfficientQAT clips. */
const CLIP = 0.3
/** Samples that pass through a layer together. */
const AT_ONCE = 8

export async function blockByBlock(
  model: FloatWeights,
  text: Lessons,
  path: string,
  wish: string,
  o: BlockOptions,
): Promise<Trained> {
  const shape = shapeOf(model)
  const batch = text.spread(o.samples ?? 64)
  let float = await embed(model, shape, batch)
  let quantized = float
  const found = readCheckpoint<number>(path, wish)
  const states: Uint8Array[] = [...(found?.states ?? [])]
  const linears = new Map<string, TrainedLinear>()
  let size = { trained: 0, state: 0 }
  for (let l = 0; l < shape.layers; l++) {
    const [teacher, student] = [await layerOf(model, shape, l, o, false), await layerOf(model, shape, l, o, true)]
    const wanted = await through(teacher, float)
    size = sizeOf(student)
    if (l < states.length) student.load(states[l])
    else {
      const before = await distance(student, quantized, wanted)
      await train(student, quantized, wanted, o)
      o.onLayer?.(l, before, await distance(student, quantized, wanted))
      states.push(student.save())
      writeCheckpoint(path, wish, { progress: states.length, states })
    }
    for (const [name, linear] of collect(student).linears) linears.set(name.replace('blk.0.', `blk.${l}.`), linear)
    quantized = { ...quantized, values: await through(student, quantized) }
    float = { ...float, values: wanted }
  }
  return { linears, others: new Map(), ...size }
}

async function embed(
  model: FloatWeights,
  { dim }: Shape,
  { tokens, seqStarts: starts }: Pick<TrainBatch, 'tokens' | 'seqStarts'>,
): Promise<Rows> {
  const table = await model.read('token_embd.weight')
  const values = new Float32Array(tokens.length * dim)
  tokens.forEach((id, t) => {
    values.set(table.subarray(id * dim, (id + 1) * dim), t * dim)
  })
  return { values, starts, dim }
}

/** A trainer of layer l alone, of a vocabulary of one. */
async function layerOf(
  model: FloatWeights,
  shape: Shape,
  l: number,
  o: BlockOptions,
  learns: boolean,
): Promise<Trainer> {
  const { scheme } = o.format
  const trainer = createTrainer({
    ...{ ...shape, layers: 1, vocab: 1, head: 'tied', threads: o.threads, precision: o.precision },
    ...{ ...activations(shape), scheme: learns ? scheme : undefined },
    freeze: learns ? ['embedding', 'gain'] : ['embedding', 'gain', 'linear'],
  })
  for (const { name, kind, cols } of trainer.parameters()) {
    if (!name.startsWith('blk.0.') || (kind !== 'linear' && kind !== 'gain')) continue
    const weights = new Float32Array(await model.read(name.replace('blk.0.', `blk.${l}.`)))
    trainer.set(name, weights)
    if (!learns || kind === 'gain') continue
    const first = firstScales(weights, { ...scheme, group: Math.min(scheme.group, cols) })
    trainer.set(name.replace(/weight$/, 'scale'), first.scales)
    if (first.zeros) trainer.set(name.replace(/weight$/, 'zero'), first.zeros)
  }
  return trainer
}

async function train(student: Trainer, input: Rows, wanted: Float32Array, o: BlockOptions): Promise<void> {
  const count = input.starts.length - 1
  const windows = Math.min(o.windows ?? 2, count)
  const steps = Math.max(1, Math.floor(((o.epochs ?? 2) * count) / windows))
  for (let step = 0; step < steps; step++) {
    if (o.signal?.aborted)
      throw new LutraError('cancelled', 'Training was cancelled; the same call goes on from the last whole layer')
    const next = random(o.seed, step)
    const chosen = Array.from({ length: windows }, () => Math.floor(next() * count))
    const [rows, goal] = [taken(input, chosen), taken({ ...input, values: wanted }, chosen)]
    const { loss } = await student.stepBlock(
      0,
      { input: rows.values, wanted: goal.values, seqStarts: rows.starts },
      { lr: rateAt(o.lr, step / steps), clip: CLIP, rates: { scale: o.scaleRate ?? 1, zero: o.scaleRate ?? 1 } },
    )
    if (!Number.isFinite(loss))
      throw new LutraError(
        'unsafe',
        `Expected a finite loss at step ${step} of a layer but found ${loss}; lower the rate`,
      )
  }
}

/** Some samples, in the order of their numbers. */
function taken({ values, starts, dim }: Rows, samples: readonly number[]): Rows {
  const lengths = samples.map((i) => starts[i + 1] - starts[i])
  const own = new Int32Array(samples.length + 1)
  for (const [n, length] of lengths.entries()) own[n + 1] = own[n] + length
  const some = new Float32Array(own[samples.length] * dim)
  for (const [n, i] of samples.entries()) some.set(values.subarray(starts[i] * dim, starts[i + 1] * dim), own[n] * dim)
  return { values: some, starts: own, dim }
}

/** All samples through the layer, some at a time. */
async function through(layer: Trainer, rows: Rows): Promise<Float32Array> {
  const out = new Float32Array(rows.values.length)
  const count = rows.starts.length - 1
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i)
    const part = taken(rows, some)
    out.set(await layer.block(0, { input: part.values, seqStarts: part.starts }), rows.starts[from] * rows.dim)
  }
  return out
}

async function distance(layer: Trainer, input: Rows, wanted: Float32Array): Promise<number> {
  const out = await through(layer, input)
  let sum = 0
  for (let i = 0; i < out.length; i++) sum += (out[i] - wanted[i]) ** 2
  return sum / out.length
}
