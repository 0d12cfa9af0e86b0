/**
 * What a trainer is given, looked at before the addon sees it: sizes, batches, step options. Throws `mismatch` or `limit`.
 * after  ./train
 */
import { LutraError } from '../../hal/error.js'
import type { BlockBatch, StepOptions, TrainBatch } from './train.js'
import { parameterKinds } from './train-scheme.js'

export const wrong = (what: string) => new LutraError('mismatch', `training batch: ${what}`)

type Numbers = 'vocab' | 'dim' | 'hidden' | 'layers' | 'heads' | 'kvHeads' | 'threads' | 'eps' | 'theta' | 'initStd'

export function checkConfig(config: Record<Numbers, number>): void {
  for (const name of ['vocab', 'dim', 'hidden', 'layers', 'heads', 'kvHeads', 'threads'] as const) {
    const value = config[name]
    if (!Number.isInteger(value) || value < 1 || value > 1 << 20)
      throw new LutraError('mismatch', `trainer: ${name} must be an integer from 1, found ${value}`)
  }
  if (config.layers > 64 || config.threads > 64)
    throw new LutraError('limit', 'trainer: at most 64 layers and 64 threads')
  if (config.dim % (2 * config.heads) !== 0)
    throw new LutraError('mismatch', `trainer: dim ${config.dim} must be a multiple of 2 * heads (${config.heads})`)
  if (config.heads % config.kvHeads !== 0)
    throw new LutraError('mismatch', `trainer: heads ${config.heads} must be a multiple of kvHeads ${config.kvHeads}`)
  for (const name of ['eps', 'theta', 'initStd'] as const)
    if (!(config[name] > 0 && Number.isFinite(config[name])))
      throw new LutraError('mismatch', `trainer: ${name} must be above 0, found ${config[name]}`)
}

export function checkBatch(batch: TrainBatch, vocab: number): void {
  const { tokens, seqStarts, targets, weights } = batch
  for (const [name, value] of Object.entries({ tokens, seqStarts, targets }))
    if (!(value instanceof Int32Array)) throw wrong(`${name} must be an Int32Array`)
  if (tokens.length === 0) throw wrong('no tokens')
  if (targets.length !== tokens.length) throw wrong(`${tokens.length} tokens but ${targets.length} targets`)
  if (weights !== undefined) {
    if (!(weights instanceof Float32Array)) throw wrong('weights must be a Float32Array')
    if (weights.length !== tokens.length) throw wrong(`${tokens.length} tokens but ${weights.length} weights`)
    if (!weights.every((w) => w >= 0 && Number.isFinite(w))) throw wrong('weights must be finite and not below 0')
  }
  checkStarts(seqStarts, tokens.length)
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] < 0 || tokens[i] >= vocab)
      throw wrong(`token ${tokens[i]} at ${i} is outside the vocabulary of ${vocab}`)
    if (targets[i] < -1 || targets[i] >= vocab)
      throw wrong(`target ${targets[i]} at ${i} is outside the vocabulary of ${vocab}`)
  }
}

export function checkOptions({
  lr,
  weightDecay = 0,
  clip = 0,
  betas = [0.9, 0.95],
  eps = 1e-8,
  rates = {},
}: StepOptions): number[] {
  const numbers = [lr, weightDecay, clip, betas[0], betas[1], eps, ...parameterKinds.map((kind) => rates[kind] ?? 1)]
  if (!numbers.every((n) => n >= 0 && Number.isFinite(n)) || betas[0] >= 1 || betas[1] >= 1 || eps === 0)
    throw new LutraError(
      'mismatch',
      `training step: lr, weightDecay, clip, betas (below 1), eps and rates must be finite and not negative, found ${numbers.join(', ')}`,
    )
  return numbers
}

function checkStarts(seqStarts: Int32Array, tokens: number): void {
  if (seqStarts.length < 2 || seqStarts[0] !== 0 || seqStarts[seqStarts.length - 1] !== tokens)
    throw wrong(`seqStarts must go from 0 to ${tokens}, the number of tokens`)
  for (let i = 1; i < seqStarts.length; i++)
    if (seqStarts[i] <= seqStarts[i - 1])
      throw wrong(`seqStarts must rise, found ${seqStarts[i - 1]} then ${seqStarts[i]}`)
}

/** Gives the number of rows. */
export function checkRows(
  layer: number,
  layers: number,
  batch: Omit<BlockBatch, 'wanted'> & { wanted?: Float32Array },
  dim: number,
): number {
  const { input, wanted, seqStarts } = batch
  if (!Number.isInteger(layer) || layer < 0 || layer >= layers) throw wrong(`layer ${layer} of ${layers}`)
  if (!(input instanceof Float32Array) || input.length === 0 || input.length % dim !== 0)
    throw wrong(`a block's input must be a Float32Array of rows of ${dim} values`)
  if (wanted !== undefined && (!(wanted instanceof Float32Array) || wanted.length !== input.length))
    throw wrong(`a block's wanted output must be a Float32Array of ${input.length} values`)
  if (!(seqStarts instanceof Int32Array)) throw wrong('seqStarts must be an Int32Array')
  checkStarts(seqStarts, input.length / dim)
  return input.length / dim
}
