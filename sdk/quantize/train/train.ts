/**
 * Quantization by training: a float model, a text and a format in; a file whose levels and scales were learned out.
 * takes  path of a model, options · gives  TrainReport, and OUT (GGUF) with OUT.svg, its learning curve
 * before ./qat, ./blocks, ./pack · after sdk/cli
 *
 * Killed at any point, the same call goes on from OUT.training; with steps (not minutes) bit by bit.
 */
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { LutraError } from '../../../hal/error.js'
import type { MetadataValue } from '../../model/model-file.js'
import { openModelFile } from '../../model/open-model-file.js'
import { createTokenizerInTurns } from '../../tokenizer/create.js'
import { encodeInTurns } from '../../tokenizer/encode-in-turns.js'
import { fileTypeMostly } from '../allocate/mixture.js'
import { replaceFile } from '../output/replace.js'
import { writeQuantized } from '../output/write.js'
import { learningCurve } from '../report/curve.js'
import { type FloatWeights, floatWeights } from '../source/weights.js'
import type { TensorPlan } from '../walk/plan.js'
import { blockByBlock } from './blocks.js'
import { trainedFormat } from './formats.js'
import { type Curve, heldOutLoss, type Progress } from './loop.js'
import { shapeOf, trainerOf } from './model.js'
import { pack } from './pack.js'
import { type Distilling, endToEnd, type Trained } from './qat.js'
import { ownText } from './self-text.js'
import { Text } from './text.js'

export const trainMethods = ['qat', 'lr-qat', 'block-ap', 'e2e-qp', 'efficient'] as const

export interface TrainOptions {
  /**
   * `qat`: all weights and scales end to end. `lr-qat`: low rank beside a fixed base, and scales. `block-ap`: layer by
   * layer. `e2e-qp`: scales alone, over codes rounded to nearest. `efficient`: block-ap, then e2e-qp (EfficientQAT).
   */
  readonly method: (typeof trainMethods)[number]
  /** Of every linear but the head: see trainedFormats. */
  readonly type: string
  /** What to train on; without one the float model writes it (LLM-QAT). */
  readonly text?: string
  /** Tokens of own text; default 100,000. */
  readonly ownTokens?: number
  readonly steps?: number
  readonly minutes?: number
  /** Peak learning rate; default by method, chosen for small models. */
  readonly lr?: number
  readonly weightDecay?: number
  /** Distils from the float model. */
  readonly kd?: Distilling
  readonly rank?: number
  /** Tokens a window; default the model's context, 256 at most. */
  readonly context?: number
  /** Windows a step; default 8. */
  readonly windows?: number
  /** Of block-ap: windows that pass through the layers, and times through them. */
  readonly samples?: number
  readonly epochs?: number
  readonly every?: number
  readonly patience?: number
  readonly seed?: number
  readonly threads?: number
  readonly precision?: 'f32' | 'bf16'
  /** Default true. */
  readonly resume?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  readonly onLayer?: (layer: number, before: number, after: number) => void
}

export interface TrainReport {
  /** Held-out cross entropy, nats: of the float model, and of the file's values before scales were rounded to half precision. */
  readonly floatLoss: number
  readonly loss: number
  /** Floats that were trained, and with their moments; of block-ap in one layer. */
  readonly trained: number
  readonly state: number
  readonly bytes: number
  readonly bitsPerWeight: number
  readonly curve?: Curve
  readonly seconds: number
}

/** @throws LutraError io, format, limit, mismatch, unsupported, unsafe (a loss that is no number), cancelled */
export async function trainQuantized(input: string, output: string, o: TrainOptions): Promise<TrainReport> {
  const began = performance.now()
  if (!trainMethods.includes(o.method))
    throw new LutraError('unsupported', `Expected a method among ${trainMethods.join(', ')} but found ${o.method}`)
  const format = trainedFormat(o.type)
  const file = await openModelFile(input)
  const model = floatWeights(file)
  const shape = shapeOf(model)
  const { seed = 1, windows = 8, threads, precision, signal } = o
  const context = Math.min(o.context ?? 256, shape.context)
  const tokenizer = await createTokenizerInTurns(file, signal)
  const ids =
    o.text === undefined
      ? await ownText(input, { tokens: o.ownTokens ?? 100_000, context, seed, signal })
      : Int32Array.from(await encodeInTurns(tokenizer, o.text, { bos: false }, signal))
  const bos = tokenizer.addBos ? tokenizer.bos : undefined
  const text = new Text(ids, { context, windows, seed, bos })

  const wish = wishOf(file, ids, o)
  const places = ['blocks', 'end'].map((part) => `${output}.training.${part}`)
  const clear = () => {
    for (const place of places) for (const name of [place, `${place}.best`]) rmSync(name, { force: true })
  }
  if (o.resume === false) clear()
  const common = { format, threads, precision, signal, seed }
  let trained: Trained | undefined
  if (o.method === 'block-ap' || o.method === 'efficient')
    trained = await blockByBlock(model, text, places[0], wish, {
      ...{ ...common, samples: o.samples, epochs: o.epochs, lr: o.lr ?? 2e-4, onLayer: o.onLayer },
    })
  if (o.method !== 'block-ap') {
    const method = o.method === 'efficient' ? 'e2e-qp' : o.method
    const end = await endToEnd(model, text, places[1], wish, {
      ...{ ...common, method, start: trained?.linears, rank: o.rank, kd: o.kd, steps: o.steps, minutes: o.minutes },
      ...{ lr: rateOf(o, method), weightDecay: o.weightDecay, every: o.every, patience: o.patience },
      onProgress: o.onProgress,
    })
    trained = {
      ...end,
      state: Math.max(end.state, trained?.state ?? 0),
      trained: Math.max(end.trained, trained?.trained ?? 0),
    }
  }
  const { linears, others, curve, ...size } = trained as Trained

  const losses = await lossesOf(model, trained as Trained, text, threads)
  const done = new Map<string, Uint8Array>()
  const plan = new Map<string, TensorPlan>()
  for (const [name, linear] of linears) {
    done.set(name, pack(name, linear, format))
    plan.set(name, { type: format.name, method: 'rtn' })
  }
  const fileType = fileTypeMostly(format.name)
  const made: Record<string, MetadataValue> = {
    ...{ 'general.quantization_version': 2, 'lutra.trained.method': o.method },
    ...(fileType === undefined ? {} : { 'general.file_type': fileType }),
  }
  const written = await writeQuantized(output, replaced(model, others), plan, done, made)
  if (curve)
    replaceFile(
      `${output}.svg`,
      learningCurve(
        [
          { name: 'training', points: curve.loss },
          { name: 'held out', points: curve.heldOut },
          { name: 'float', points: curve.heldOut.map(([step]) => [step, losses.floatLoss]) },
        ],
        { title: `${o.method} in ${format.name}: loss, nats` },
      ),
    )
  clear()
  return { ...losses, ...size, ...written, curve, seconds: (performance.now() - began) / 1000 }
}

/** Scales alone and factors of low rank move in their own units; the numbers were tried on a model of 3.4 million weights. */
function rateOf({ lr }: TrainOptions, method: 'qat' | 'lr-qat' | 'e2e-qp'): number {
  return lr ?? { qat: 1e-3, 'lr-qat': 1e-3, 'e2e-qp': 1e-3 }[method]
}

/** A model whose named tensors are others, in float32. */
function replaced(model: FloatWeights, others: ReadonlyMap<string, Float32Array>): FloatWeights {
  return {
    ...model,
    read: async (name) => others.get(name) ?? model.read(name),
    rows: undefined,
    stored: (name) => (others.has(name) ? undefined : model.stored(name)),
  }
}

async function lossesOf(model: FloatWeights, { linears, others }: Trained, text: Text, threads?: number) {
  const shape = shapeOf(model)
  const freeze = ['embedding', 'head', 'gain', 'linear'] as const
  const trainer = await trainerOf(model, shape, { threads, freeze })
  const floatLoss = await heldOutLoss(trainer, text)
  for (const [name, values] of others) trainer.set(name, values)
  for (const [name, { levels, scales }] of linears) {
    const group = levels.length / scales.length
    trainer.set(
      name,
      levels.map((level, i) => level * scales[Math.floor(i / group)]),
    )
  }
  return { floatLoss, loss: await heldOutLoss(trainer, text) }
}

/** The same wish on the same model goes on; anything else starts anew. */
function wishOf(file: { path: string; bytes: number }, ids: Int32Array, o: TrainOptions): string {
  const { signal, onProgress, onLayer, text, threads, resume, minutes, ...rest } = o
  const hash = createHash('sha256').update(JSON.stringify({ path: file.path, bytes: file.bytes, rest }))
  return hash.update(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength)).digest('hex')
}
