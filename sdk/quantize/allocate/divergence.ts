/**
 * Sensitivity end to end: how far the model's predictions move (KL divergence, nats) with one tensor, or one group of them,
 * quantized and all others float. Divergence grows with the relative error of a layer's output times a number that is the
 * layer's own (linearity theorem of HIGGS, Malinovskii et al., 2024): measured once, that number weighs every format.
 * takes  FloatWeights, windows, groups, a probe format · gives  KLD by group; weights for ./survey's losses
 */
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import { pause } from '../../../hal/pause.js'
import { logSumExp } from '../../decoder/softmax.js'
import { forward } from '../calibrate/forward.js'
import { type FloatWeights, shapeOf } from '../source/weights.js'
import { fitting } from './fallback.js'
import { rounded, type Surveyed } from './survey.js'

export interface DivergenceOptions {
  readonly model: FloatWeights
  readonly algebra: LinearAlgebra
  /** Held-out text, or calibration's own; the second half of each window is scored, as llama.cpp does. */
  readonly windows: readonly Int32Array[]
  readonly groups: readonly (readonly string[])[]
  /** Format of the quantized group; coarse ones stand out of the noise of float32. */
  readonly probe: string
  readonly signal?: AbortSignal
  readonly onGroup?: (names: readonly string[], kld: number) => void
}

/** Mean KL divergence of each group, in the groups' order. */
export async function divergences(options: DivergenceOptions): Promise<number[]> {
  const { model, windows, groups, probe, onGroup } = options
  const reference = await scoredLogits(options, new Map())
  const found: number[] = []
  for (const names of groups) {
    const replaced = new Map<string, Float32Array>()
    for (const name of names) {
      const [cols] = shapeOf(model, name)
      const { quantized } = await rounded(await model.read(name), cols, fitting(probe.toUpperCase(), cols), undefined)
      replaced.set(name, quantized)
    }
    const moved = await scoredLogits(options, replaced)
    const kld = await meanDivergence(reference, moved, model.graph.vocab)
    found.push(kld)
    onGroup?.(names, kld)
  }
  return windows.length === 0 ? groups.map(() => 0) : found
}

/** Logits of the second half of each window. */
async function scoredLogits(
  { model, algebra, windows, signal }: DivergenceOptions,
  replaced: ReadonlyMap<string, Float32Array>,
): Promise<Float32Array[]> {
  const all: Float32Array[] = []
  for (const window of windows) {
    const live = await forward({ model, algebra, signal, replaced: (name) => replaced.get(name) }, [window])
    // The last position predicts what is in no window.
    const { vocab } = model.graph
    all.push(live.get('logits').slice(Math.floor(window.length / 2) * vocab, (window.length - 1) * vocab))
  }
  return all
}

/** Mean over positions of sum p (log p − log q), p the reference's. */
export async function meanDivergence(
  reference: readonly Float32Array[],
  moved: readonly Float32Array[],
  vocab: number,
): Promise<number> {
  let [sum, count] = [0, 0]
  for (const [w, p] of reference.entries()) {
    for (let at = 0; at < p.length; at += vocab) {
      const [rowP, rowQ] = [p.subarray(at, at + vocab), moved[w].subarray(at, at + vocab)]
      const [sumP, sumQ] = [logSumExp(rowP), logSumExp(rowQ)]
      for (let i = 0; i < vocab; i++) sum += Math.exp(rowP[i] - sumP) * (rowP[i] - sumP - rowQ[i] + sumQ)
      count++
      await pause()
    }
  }
  return count > 0 ? sum / count : 0
}

/**
 * Losses of a survey as divergences: each matrix's relative errors times its group's KLD over the group's summed relative
 * error at the probe format. Matrices in no group keep the mean of these numbers.
 */
export function weighed(
  surveyed: readonly Surveyed[],
  groups: readonly (readonly string[])[],
  klds: readonly number[],
  probe: string,
): Surveyed[] {
  const lossAt = ({ choices, cols }: Surveyed) =>
    choices.find(({ type }) => type === fitting(probe.toUpperCase(), cols))?.loss ?? 0
  const factors = new Map<string, number>()
  groups.forEach((names, g) => {
    const lost = surveyed.filter(({ name }) => names.includes(name)).reduce((sum, each) => sum + lossAt(each), 0)
    if (lost > 0) for (const name of names) factors.set(name, Math.max(0, klds[g]) / lost)
  })
  const mean = factors.size > 0 ? [...factors.values()].reduce((a, b) => a + b, 0) / factors.size : 1
  return surveyed.map((each) => ({
    ...each,
    choices: each.choices.map((choice) => ({ ...choice, loss: choice.loss * (factors.get(each.name) ?? mean) })),
  }))
}

/** Matrices in groups: each by itself, those of one kind (`attn_v` of all layers), or those of one layer. */
export function grouped(names: readonly string[], by: 'tensor' | 'kind' | 'layer'): string[][] {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const [, layer, kind] = /^blk\.(\d+)\.(.*)$/.exec(name) ?? []
    const key = by === 'tensor' || layer === undefined ? name : by === 'kind' ? kind : layer
    const group = groups.get(key) ?? []
    group.push(name)
    groups.set(key, group)
  }
  return [...groups.values()]
}
