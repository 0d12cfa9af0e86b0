/**
 * The typed door to the addon's trainer: a `bitnet` model (ternary weights, int8 activations, straight-through) or a
 * `llama` in training. Takes ragged batches of token ids (sequences end to end, no padding), gives losses in nats per target.
 * All work runs on the addon's own threads; calls on one trainer run one after another.
 */
import { LutraError } from '../../hal/error.js'
import { loadNative } from './load.js'

export interface TrainerConfig {
  /**
   * `bitnet` (default) has norms before attn_output and ffn_down, and is quantized in training unless told otherwise;
   * `llama` has neither.
   */
  readonly architecture?: 'bitnet' | 'llama'
  /** Default `tied`: the embedding is the head; `own` adds output.weight. */
  readonly head?: 'tied' | 'own'
  /** Which values of a head turn together: (i, i + half) or neighbours. Default as GGUF has it: halves for bitnet, pairs for llama. */
  readonly rope?: 'halves' | 'pairs'
  readonly vocab: number
  /** Width of the residual stream; a multiple of 2 * heads. */
  readonly dim: number
  /** Width of the feed-forward part. */
  readonly hidden: number
  /** 1 to 64. */
  readonly layers: number
  readonly heads: number
  /** Key and value heads; default `heads`. */
  readonly kvHeads?: number
  /** RMSNorm's epsilon; default 1e-5. */
  readonly eps?: number
  /** Base of the rotary angles; default 10000. */
  readonly theta?: number
  /** Standard deviation of the first weights; default 0.02. */
  readonly initStd?: number
  readonly seed?: number
  /** Default 2. Results are the same for the same count, and close for another. */
  readonly threads?: number
  /** Ternary by a tensor's mean magnitude. Default true for bitnet, false for llama. */
  readonly quantizeWeights?: boolean
  /** Int8 by a row's largest magnitude. Default true for bitnet, false for llama. */
  readonly quantizeActivations?: boolean
  /**
   * What the products of linears are computed in; sums are float32 always. `bf16` rounds inputs, weights and gradients to
   * 8 bits (int8 and ternary values exactly), where the machine has it, for about twice the speed; `f32` otherwise.
   * Default: bf16 where weights and activations are quantized, else f32.
   */
  readonly precision?: 'f32' | 'bf16'
  /** Forces an instruction set: avx512, avx2, neon, generic. */
  readonly isa?: string
}

export interface TrainBatch {
  /** Token ids of all sequences, end to end. */
  readonly tokens: Int32Array
  /** Where each sequence starts, and at the end the number of tokens: n + 1 values for n sequences. */
  readonly seqStarts: Int32Array
  /** Per token the id that should follow, or -1 for no loss. */
  readonly targets: Int32Array
  /** Per token the weight of its loss; default 1. */
  readonly weights?: Float32Array
}

export interface StepOptions {
  readonly lr: number
  /** Decoupled, on matrices only; default 0. */
  readonly weightDecay?: number
  /** Largest norm of the whole gradient; 0 (default) for no limit. */
  readonly clip?: number
  /** Default [0.9, 0.95]. */
  readonly betas?: readonly [number, number]
  /** Default 1e-8. */
  readonly eps?: number
}

export interface StepResult {
  /** Weighted mean cross entropy, nats, before the update. */
  readonly loss: number
  readonly gradientNorm: number
  readonly targets: number
  /** Updates so far; unchanged by a step whose loss or gradient was not finite. */
  readonly steps: number
}

export interface EvaluateResult {
  readonly loss: number
  /** The likeliest id at every position that has a target, in order. */
  readonly argmax: Int32Array
  /** Cross entropy of every target, nats, without weights, in the same order. */
  readonly losses: Float32Array
}

export interface ParameterInfo {
  /** GGUF's name. */
  readonly name: string
  /** Rows are outputs. A gain has one row. */
  readonly rows: number
  readonly cols: number
  readonly kind: 'embedding' | 'linear' | 'gain' | 'head'
}

export interface Trainer {
  readonly isa: string
  readonly steps: number
  step(batch: TrainBatch, options: StepOptions): Promise<StepResult>
  /** Gradients without an update, then read by `gradient(name)`. */
  backward(batch: TrainBatch): Promise<StepResult>
  evaluate(batch: TrainBatch): Promise<EvaluateResult>
  parameters(): ParameterInfo[]
  get(name: string): Float32Array
  set(name: string, data: Float32Array): void
  gradient(name: string): Float32Array
  /** Parameters, both of Adam's moments and the step count; `load` goes on from there bit by bit. */
  save(): Uint8Array
  load(bytes: Uint8Array): void
}

interface NativeTrainer {
  run(job: 0 | 1 | 2, ...batch: unknown[]): Promise<StepResult & EvaluateResult>
  tensors(): ParameterInfo[]
  get(name: string): Float32Array
  gradient(name: string): Float32Array
  set(name: string, data: Float32Array): void
  save(): Uint8Array
  load(bytes: Uint8Array): void
  steps(): number
  isa(): string
}

const STEP = 0
const BACKWARD = 1
const EVALUATE = 2

/** A new model from a seed. Throws `unsupported` where the addon is absent. */
export function createTrainer(config: TrainerConfig): Trainer {
  const bitnet = (config.architecture ?? 'bitnet') === 'bitnet'
  const full = {
    architecture: 'bitnet' as const,
    head: 'tied' as const,
    rope: bitnet ? ('halves' as const) : ('pairs' as const),
    kvHeads: config.heads,
    eps: 1e-5,
    theta: 10000,
    initStd: 0.02,
    seed: 1,
    threads: 2,
    quantizeWeights: bitnet,
    quantizeActivations: bitnet,
    ...config,
  }
  checkConfig(full)
  const half =
    full.precision === undefined ? full.quantizeWeights && full.quantizeActivations : full.precision === 'bf16'
  const native = loadNative()
  if (native.exports === undefined)
    throw new LutraError('unsupported', `training needs the native addon: ${native.reason}`)
  const Native = native.exports.Trainer as (new (config: unknown) => NativeTrainer) | undefined
  if (Native === undefined)
    throw new LutraError('unsupported', `${native.path} has no trainer; build it again ("npm run build:native")`)
  const trainer = guarded(
    'unsupported',
    () =>
      new Native({ ...full, subNorms: bitnet, ownHead: full.head === 'own', ropePairs: full.rope === 'pairs', half }),
  )

  let last: Promise<unknown> = Promise.resolve()
  const run = (job: 0 | 1 | 2, batch: TrainBatch, options?: StepOptions): Promise<StepResult & EvaluateResult> => {
    checkBatch(batch, full.vocab)
    const numbers = new Float64Array(6)
    if (options !== undefined) numbers.set(checkOptions(options))
    const next = last
      .catch(() => undefined)
      .then(() => trainer.run(job, batch.tokens, batch.seqStarts, batch.targets, batch.weights, numbers))
      .catch((error: unknown) => {
        throw new LutraError('limit', message(error), { cause: error })
      })
    last = next
    return next
  }
  return {
    isa: trainer.isa(),
    get steps() {
      return trainer.steps()
    },
    async step(batch, options) {
      return run(STEP, batch, options)
    },
    async backward(batch) {
      return run(BACKWARD, batch)
    },
    async evaluate(batch) {
      return run(EVALUATE, batch)
    },
    parameters: () => trainer.tensors(),
    get: (name) => guarded('mismatch', () => trainer.get(name)),
    gradient: (name) => guarded('mismatch', () => trainer.gradient(name)),
    set: (name, data) => guarded('mismatch', () => trainer.set(name, data)),
    save: () => guarded('mismatch', () => trainer.save()),
    load: (bytes) => guarded('format', () => trainer.load(bytes)),
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function guarded<T>(kind: 'mismatch' | 'format' | 'unsupported', action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw new LutraError(kind, message(error), { cause: error })
  }
}

function checkConfig(config: Required<Omit<TrainerConfig, 'isa' | 'precision'>>): void {
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

function checkBatch(batch: TrainBatch, vocab: number): void {
  const { tokens, seqStarts, targets, weights } = batch
  const wrong = (what: string) => new LutraError('mismatch', `training batch: ${what}`)
  for (const [name, value] of Object.entries({ tokens, seqStarts, targets }))
    if (!(value instanceof Int32Array)) throw wrong(`${name} must be an Int32Array`)
  if (tokens.length === 0) throw wrong('no tokens')
  if (targets.length !== tokens.length) throw wrong(`${tokens.length} tokens but ${targets.length} targets`)
  if (weights !== undefined) {
    if (!(weights instanceof Float32Array)) throw wrong('weights must be a Float32Array')
    if (weights.length !== tokens.length) throw wrong(`${tokens.length} tokens but ${weights.length} weights`)
    if (!weights.every((w) => w >= 0 && Number.isFinite(w))) throw wrong('weights must be finite and not below 0')
  }
  if (seqStarts.length < 2 || seqStarts[0] !== 0 || seqStarts[seqStarts.length - 1] !== tokens.length)
    throw wrong(`seqStarts must go from 0 to ${tokens.length}, the number of tokens`)
  for (let i = 1; i < seqStarts.length; i++)
    if (seqStarts[i] <= seqStarts[i - 1])
      throw wrong(`seqStarts must rise, found ${seqStarts[i - 1]} then ${seqStarts[i]}`)
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] < 0 || tokens[i] >= vocab)
      throw wrong(`token ${tokens[i]} at ${i} is outside the vocabulary of ${vocab}`)
    if (targets[i] < -1 || targets[i] >= vocab)
      throw wrong(`target ${targets[i]} at ${i} is outside the vocabulary of ${vocab}`)
  }
}

function checkOptions({ lr, weightDecay = 0, clip = 0, betas = [0.9, 0.95], eps = 1e-8 }: StepOptions): number[] {
  const numbers = [lr, weightDecay, clip, betas[0], betas[1], eps]
  if (!numbers.every((n) => n >= 0 && Number.isFinite(n)) || betas[0] >= 1 || betas[1] >= 1 || eps === 0)
    throw new LutraError(
      'mismatch',
      `training step: lr, weightDecay, clip, betas (below 1) and eps must be finite and not negative, found ${numbers.join(', ')}`,
    )
  return numbers
}
