/**
 * A layer, operator by operator: four linears, attention, two norms; elementwise work (residuals, rotation, the gate) is
 * fused into the operator before it, as Welder does. Attention computes in halves on the GPU's own tensor cores whatever
 * the linears run on, and its scores go through DRAM: written, read and written by softmax, read.
 * before ./gemm, ./models · after ./table-1, ./precompute
 */
import { fp16Mac, type TensorCore } from './cores.js'
import { type Efficiencies, schedule, type Waves } from './gemm.js'
import type { Gpu } from './gpus.js'
import { linearsOf, type ModelShape } from './models.js'

/** `batch` sequences of `tokens` new tokens each, which see each other only. */
export interface Work {
  readonly batch: number
  readonly tokens: number
}

/** What about a layer is modelled how; each is a choice, and ./variants tells what the others would give. */
export interface Structure {
  readonly waves: Waves
  /** The output head after the last layer, in halves, for the last token of each sequence. */
  readonly head: boolean
}

export interface OperatorTime {
  readonly name: string
  readonly seconds: number
  readonly bound: 'core' | 'l2' | 'shared' | 'dram'
}

/** Attention of `work`: multiply-adds of both products, and scores. */
export function attentionCounts(model: ModelShape, { batch, tokens }: Work): { macs: number; scores: number } {
  const scores = batch * model.heads * tokens * tokens
  return { scores, macs: 2 * scores * (model.hidden / model.heads) }
}

export function layerTimes(
  model: ModelShape,
  work: Work,
  core: TensorCore,
  gpu: Gpu,
  achieved: Efficiencies,
  { waves }: Structure,
): readonly OperatorTime[] {
  const tokens = work.batch * work.tokens
  const dram = gpu.dramBytesPerSecond * achieved.dram
  const row = tokens * model.hidden
  const times: OperatorTime[] = linearsOf(model).map(({ name, rows, cols }) => {
    // The gate leaves one activation where two rows were computed; a residual is read where hidden states are written.
    const outputs = name === 'up' ? tokens * model.feedForward * core.activationBytes : tokens * rows * 2
    const residual = name === 'o' || name === 'down' ? row * 2 : 0
    const gemm = { tokens, rows, cols, outputBytes: outputs / (tokens * rows), extraBytes: residual }
    const { seconds, bound } = schedule(gemm, core, gpu, achieved, waves)
    return { name, seconds, bound }
  })
  const { macs, scores } = attentionCounts(model, work)
  const product = macs / 2 / (fp16Mac.macs(gpu) * gpu.multiprocessors * gpu.hertz * achieved.core)
  // A product reads or writes the scores once, and three rows of queries, keys, values or outputs.
  const traffic = (scores * 2 + row * 6) / dram
  const times2 = { seconds: Math.max(product, traffic), bound: product > traffic ? 'core' : 'dram' } as const
  times.push({ name: 'scores', ...times2 }, { name: 'softmax', seconds: (scores * 4) / dram, bound: 'dram' })
  times.push({ name: 'values', ...times2 })
  for (const name of ['norm 1', 'norm 2'])
    times.push({ name, seconds: (row * (2 + core.activationBytes)) / dram, bound: 'dram' })
  return times
}

/** The whole model: its layers, and the head if the structure has one. In seconds. */
export function modelTime(
  model: ModelShape,
  work: Work,
  core: TensorCore,
  gpu: Gpu,
  achieved: Efficiencies,
  structure: Structure,
): number {
  const layer = layerTimes(model, work, core, gpu, achieved, structure).reduce((sum, { seconds }) => sum + seconds, 0)
  if (!structure.head) return model.layers * layer
  const gemm = { tokens: work.batch, rows: model.vocabulary, cols: model.hidden, outputBytes: 2 }
  return model.layers * layer + schedule(gemm, fp16Mac, gpu, achieved, structure.waves).seconds
}
