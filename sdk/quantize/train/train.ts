/**
 * Quantization by training: a float model, a text and a format (or a file in codes) in; a file whose levels and scales were learned out.
 * takes  path of a model, options · gives  TrainReport, and OUT (GGUF) with OUT.svg, its learning curve
 * before ./lessons, ./qat, ./blocks, ./scales-alone, ./pack · after sdk/cli
 *
 * Killed at any point, the same call goes on from OUT.training; with steps (not minutes) bit by bit.
 */
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import { LutraError } from '../../../hal/error.js'
import type { MetadataValue, ModelFile } from '../../model/model-file.js'
import { openModelFile } from '../../model/open-model-file.js'
import { fileTypeMostly } from '../allocate/mixture.js'
import { replaceFile } from '../output/replace.js'
import { addedVocabulary } from '../output/vocabulary.js'
import { writeQuantized } from '../output/write.js'
import { learningCurve } from '../report/curve.js'
import { type FloatWeights, floatWeights } from '../source/weights.js'
import type { TensorPlan } from '../walk/plan.js'
import { around, lossesOf, replaced } from './beside.js'
import { blockByBlock } from './blocks.js'
import { type TrainedFormat, trainedFormat } from './formats.js'
import { lessonsOf } from './lessons.js'
import { shapeOf } from './model.js'
import { type TrainOptions, type TrainReport, trainMethods } from './options.js'
import { pack } from './pack.js'
import { type EndToEnd, endToEnd, type Trained } from './qat.js'
import { scalesAlone } from './scales-alone.js'
import type { Lessons } from './text.js'

/** @throws LutraError io, format, limit, mismatch, unsupported, unsafe (a loss that is no number), cancelled */
export async function trainQuantized(input: string, output: string, o: TrainOptions): Promise<TrainReport> {
  const began = performance.now()
  if (!trainMethods.includes(o.method))
    throw new LutraError('unsupported', `Expected a method among ${trainMethods.join(', ')} but found ${o.method}`)
  if ((o.type === undefined) === (o.from === undefined))
    throw new LutraError(
      'mismatch',
      `Expected a type to train in or a file to start from but found ${o.from === undefined ? 'neither' : 'both'}`,
    )
  if (o.from !== undefined && o.method !== 'e2e-qp')
    throw new LutraError('mismatch', `Expected e2e-qp to start from a file's codes but found ${o.method}`)
  const file = await openModelFile(input)
  const model = floatWeights(file)
  const { lessons, ids } = await lessonsOf(file, shapeOf(model), o)
  const from = o.from === undefined ? undefined : await openModelFile(o.from)

  const wish = wishOf(file, ids, o, from)
  const places = ['blocks', 'end'].map((part) => `${output}.training.${part}`)
  const clear = () => {
    for (const place of places) for (const name of [place, `${place}.best`]) rmSync(name, { force: true })
  }
  if (o.resume === false) clear()
  const { threads, precision, signal, seed = 1 } = o
  const common = { threads, precision, signal, seed }
  const end = (method: EndToEnd['method']) => ({
    ...{ ...common, kd: o.kd, steps: o.steps, minutes: o.minutes, lr: rateOf(o, method), weightDecay: o.weightDecay },
    ...{ every: o.every, patience: o.patience, onProgress: o.onProgress },
  })
  let trained: Trained
  let base = model
  const done = new Map<string, Uint8Array>()
  const plan = new Map<string, TensorPlan>()
  if (from) {
    const found = await scalesAlone(model, from, lessons, places[1], wish, end('e2e-qp'))
    for (const [name, bytes] of found.bytes) done.set(name, bytes)
    ;[trained, base] = [found, found.model]
  } else {
    const format = trainedFormat(o.type as string)
    trained = await onGrid(model, lessons, places, wish, { o, format, common, end })
    for (const [name, linear] of trained.linears) {
      done.set(name, pack(name, linear, format))
      plan.set(name, { type: format.name, method: 'rtn' })
    }
    base = replaced(model, trained.others)
  }
  const losses = await lossesOf(model, base, trained, lessons, threads)
  if (o.embedding !== undefined) await around(base, o.embedding, plan, done)
  // A file that was started from tells its own.
  const fileType = o.type === undefined ? undefined : fileTypeMostly(o.type.toUpperCase())
  const made: Record<string, MetadataValue> = {
    ...(await addedVocabulary(file, o.signal)).metadata,
    ...{ 'general.quantization_version': 2, 'lutra.trained.method': o.method },
    ...(fileType === undefined ? {} : { 'general.file_type': fileType }),
  }
  const written = await writeQuantized(output, base, plan, done, made)
  const { curve } = trained
  if (curve)
    replaceFile(
      `${output}.svg`,
      learningCurve(
        [
          { name: 'training', points: curve.loss },
          { name: 'held out', points: curve.heldOut },
          { name: 'float', points: curve.heldOut.map(([step]) => [step, losses.floatLoss]) },
        ],
        { title: `${o.method} in ${o.type ?? basename(o.from as string)}: loss, nats` },
      ),
    )
  clear()
  const size = { trained: trained.trained, state: trained.state }
  return { ...losses, ...size, ...written, curve, seconds: (performance.now() - began) / 1000 }
}

interface OnGrid {
  readonly o: TrainOptions
  readonly format: TrainedFormat
  readonly common: { readonly threads?: number; readonly precision?: 'f32' | 'bf16'; readonly seed: number }
  readonly end: (method: EndToEnd['method']) => Omit<EndToEnd, 'method' | 'format' | 'start' | 'rank'>
}

/** Levels and scales from float weights: by layers, end to end, or one after the other. */
async function onGrid(
  model: FloatWeights,
  lessons: Lessons,
  places: readonly string[],
  wish: string,
  { o, format, common, end }: OnGrid,
): Promise<Trained> {
  const blocks =
    o.method === 'block-ap' || o.method === 'efficient'
      ? await blockByBlock(model, lessons, places[0], wish, {
          ...{ ...common, format, signal: o.signal, samples: o.samples, epochs: o.epochs, lr: o.lr ?? 2e-4 },
          onLayer: o.onLayer,
        })
      : undefined
  if (blocks && o.method === 'block-ap') return blocks
  const method: EndToEnd['method'] = o.method === 'qat' || o.method === 'lr-qat' ? o.method : 'e2e-qp'
  const whole = { ...end(method), method, format, start: blocks?.linears, rank: o.rank }
  const found = await endToEnd(model, lessons, places[1], wish, whole)
  return {
    ...found,
    state: Math.max(found.state, blocks?.state ?? 0),
    trained: Math.max(found.trained, blocks?.trained ?? 0),
  }
}

/** Scales alone and factors of low rank move in their own units; the numbers were tried on a model of 3.4 million weights. */
function rateOf({ lr }: TrainOptions, method: 'qat' | 'lr-qat' | 'e2e-qp'): number {
  return lr ?? { qat: 1e-3, 'lr-qat': 1e-3, 'e2e-qp': 1e-3 }[method]
}

/** The same wish on the same model goes on; anything else starts anew. */
function wishOf(file: ModelFile, ids: readonly Int32Array[], o: TrainOptions, from?: ModelFile): string {
  const { signal, onProgress, onLayer, text, examples, threads, resume, minutes, ...rest } = o
  const hash = createHash('sha256').update(JSON.stringify({ path: file.path, bytes: file.bytes, rest }))
  for (const part of ids)
    hash.update(`${part.length} `).update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  for (const { name, bytes } of from?.tensors.values() ?? []) hash.update(name).update(bytes)
  return hash.digest('hex')
}
