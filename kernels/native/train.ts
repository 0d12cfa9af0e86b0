/**
 * The typed door to the addon's trainer: a `bitnet` model (ternary weights, int8 activations, straight-through) or a
 * `llama` in training. Takes ragged batches of token ids (sequences end to end, no padding), gives losses in nats per target.
 * All work runs on the addon's own threads; calls on one trainer run one after another.
 */
import { LutraError } from '../../hal/error.js'
import { loadNative } from './load.js'
import { checkBatch, checkConfig, checkOptions, checkRows, wrong } from './train-check.js'
import {
  gridNumber,
  levelsOf,
  linearNames,
  type ParameterKind,
  parameterKinds,
  type WeightScheme,
} from './train-scheme.js'

export type { ParameterKind, WeightScheme } from './train-scheme.js'

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
  /** Every linear ternary by its mean magnitude. Default true for bitnet, false for llama. */
  readonly quantizeWeights?: boolean
  /** How every linear is quantized instead (not the head). */
  readonly scheme?: WeightScheme
  /** How one linear (by GGUF's name) or the own head (`output.weight`) is quantized; null: not at all. */
  readonly schemes?: Readonly<Record<string, WeightScheme | null>>
  /** Kinds of parameters that keep their values: they have no gradient and none of Adam's moments. */
  readonly freeze?: readonly ParameterKind[]
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
  /** By kind of parameter, times `lr`; default 1. */
  readonly rates?: Readonly<Partial<Record<ParameterKind, number>>>
}

/** Knowledge distillation (Hinton et al. 2015): loss = share · T² · KL(teacher ‖ student) + (1 - share) · cross entropy. */
export interface Distillation {
  /** A trainer of the same vocabulary, which runs on the same batches and is not changed. */
  readonly teacher: Trainer
  /** 0 to 1; default 0.5. */
  readonly share?: number
  /** T, default 1: divides the logits of both in the divergence. */
  readonly temperature?: number
}

/** Rows that enter one layer, and those that should leave it. */
export interface BlockBatch {
  /** (tokens, dim). */
  readonly input: Float32Array
  /** (tokens, dim). */
  readonly wanted: Float32Array
  /** As in TrainBatch. */
  readonly seqStarts: Int32Array
}

export interface StepResult {
  /** Before the update: weighted mean cross entropy in nats (or what distillation says), or a block's mean squared error. */
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
  readonly kind: ParameterKind
  readonly trained: boolean
}

export interface Trainer {
  readonly isa: string
  readonly steps: number
  /** Floats that training keeps: of all parameters, and of those with an update (each has two moments besides). */
  readonly size: { readonly parameters: number; readonly trained: number }
  step(batch: TrainBatch, options: StepOptions, distillation?: Distillation): Promise<StepResult>
  /** Gradients without an update, then read by `gradient(name)`. */
  backward(batch: TrainBatch, distillation?: Distillation): Promise<StepResult>
  /** With a distillation, `loss` is its loss: share 1 and temperature 1 give the mean KL divergence from the teacher. */
  evaluate(batch: TrainBatch, distillation?: Distillation): Promise<EvaluateResult>
  /** What leaves a layer (tokens, dim) for rows that enter it. */
  block(layer: number, batch: Omit<BlockBatch, 'wanted'>): Promise<Float32Array>
  /** A step on the mean squared error of one layer's output; only that layer's parameters get a gradient. */
  stepBlock(layer: number, batch: BlockBatch, options: StepOptions): Promise<StepResult>
  backwardBlock(layer: number, batch: BlockBatch): Promise<StepResult>
  parameters(): ParameterInfo[]
  get(name: string): Float32Array
  set(name: string, data: Float32Array): void
  /** Of a linear with learned scales: its levels, in units of the scales, as training uses them. */
  levels(name: string): Float32Array
  /** The same times the scales. */
  weights(name: string): Float32Array
  gradient(name: string): Float32Array
  /** Parameters, both of Adam's moments and the step count; `load` goes on from there bit by bit. */
  save(): Uint8Array
  load(bytes: Uint8Array): void
}

interface NativeTrainer {
  run(job: 0 | 1 | 2, ...batch: unknown[]): Promise<StepResult & EvaluateResult & { output: Float32Array }>
  tensors(): ParameterInfo[]
  get(name: string): Float32Array
  gradient(name: string): Float32Array
  quantized(name: string, plain: boolean): Float32Array
  set(name: string, data: Float32Array): void
  save(): Uint8Array
  load(bytes: Uint8Array): void
  steps(): number
  isa(): string
}

interface Inner {
  readonly native: NativeTrainer
  readonly vocab: number
  last: Promise<unknown>
}

/** The addon's side of each trainer: a teacher's is needed by its student. */
const inners = new WeakMap<Trainer, Inner>()

const STEP = 0
const BACKWARD = 1
const EVALUATE = 2
type Job = typeof STEP | typeof BACKWARD | typeof EVALUATE

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
    quantizeWeights: bitnet && config.scheme === undefined && config.schemes === undefined,
    quantizeActivations: bitnet,
    ...config,
  }
  checkConfig(full)
  const precision = full.precision ?? (full.quantizeWeights && full.quantizeActivations ? 'bf16' : 'f32')
  const native = loadNative()
  if (native.exports === undefined)
    throw new LutraError('unsupported', `training needs the native addon: ${native.reason}`)
  const Native = native.exports.Trainer as (new (config: unknown) => NativeTrainer) | undefined
  if (Native === undefined)
    throw new LutraError('unsupported', `${native.path} has no trainer; build it again ("npm run build:native")`)
  const settings = {
    ...full,
    half: precision === 'bf16',
    subNorms: bitnet,
    ownHead: full.head === 'own',
    ropePairs: full.rope === 'pairs',
    schemes: schemeNumbers(full),
    trained: Object.fromEntries(parameterKinds.map((kind) => [kind, !full.freeze?.includes(kind)])),
  }
  const inner: Inner = {
    native: guarded('unsupported', () => new Native(settings)),
    vocab: full.vocab,
    last: Promise.resolve(),
  }
  const trainer = doors(inner, full.dim, full.layers)
  inners.set(trainer, inner)
  return trainer
}

function doors(inner: Inner, dim: number, layers: number): Trainer {
  const { native } = inner
  const run = (job: Job, batch: TrainBatch, options?: StepOptions, distillation?: Distillation) => {
    checkBatch(batch, inner.vocab)
    return queue(inner, distillation, (numbers, teacher) =>
      native.run(job, batch.tokens, batch.seqStarts, batch.targets, batch.weights, numbers(options, -1), teacher),
    )
  }
  const runBlock = (
    job: Job,
    layer: number,
    batch: Omit<BlockBatch, 'wanted'> & { wanted?: Float32Array },
    options?: StepOptions,
  ) => {
    const rows = checkRows(layer, layers, batch, dim)
    const zeros = new Int32Array(rows)
    return queue(inner, undefined, (numbers) =>
      native.run(
        job,
        zeros,
        batch.seqStarts,
        zeros,
        undefined,
        numbers(options, layer),
        undefined,
        batch.input,
        batch.wanted,
      ),
    )
  }
  return {
    isa: native.isa(),
    get steps() {
      return native.steps()
    },
    get size() {
      const sum = (list: ParameterInfo[]) => list.reduce((total, { rows, cols }) => total + rows * cols, 0)
      const all = native.tensors()
      return { parameters: sum(all), trained: sum(all.filter(({ trained }) => trained)) }
    },
    async step(batch, options, distillation) {
      return plainResult(await run(STEP, batch, options, distillation))
    },
    async backward(batch, distillation) {
      return plainResult(await run(BACKWARD, batch, undefined, distillation))
    },
    async evaluate(batch, distillation) {
      const { loss, argmax, losses } = await run(EVALUATE, batch, undefined, distillation)
      return { loss, argmax, losses }
    },
    async block(layer, batch) {
      return (await runBlock(EVALUATE, layer, batch)).output
    },
    async stepBlock(layer, batch, options) {
      return plainResult(await runBlock(STEP, layer, batch, options))
    },
    async backwardBlock(layer, batch) {
      return plainResult(await runBlock(BACKWARD, layer, batch))
    },
    parameters: () => native.tensors(),
    get: (name) => guarded('mismatch', () => native.get(name)),
    gradient: (name) => guarded('mismatch', () => native.gradient(name)),
    set: (name, data) => guarded('mismatch', () => native.set(name, data)),
    levels: (name) => guarded('mismatch', () => native.quantized(name, true)),
    weights: (name) => guarded('mismatch', () => native.quantized(name, false)),
    save: () => guarded('mismatch', () => native.save()),
    load: (bytes) => guarded('format', () => native.load(bytes)),
  }
}

function plainResult({ loss, gradientNorm, targets, steps }: StepResult): StepResult {
  return { loss, gradientNorm, targets, steps }
}

/** One job after another on each trainer; a student's job waits for its teacher's, and holds it. */
function queue<T>(
  inner: Inner,
  distillation: Distillation | undefined,
  start: (
    numbers: (options: StepOptions | undefined, layer: number) => Float64Array,
    teacher?: NativeTrainer,
  ) => Promise<T>,
): Promise<T> {
  const teacher = distillation && inners.get(distillation.teacher)
  if (distillation && (!teacher || teacher === inner || teacher.vocab !== inner.vocab))
    throw wrong('distillation: the teacher must be another trainer of the same vocabulary')
  const { share = 0.5, temperature = 1 } = distillation ?? {}
  if (!(share >= 0 && share <= 1 && temperature > 0 && Number.isFinite(temperature)))
    throw wrong(`distillation: share must be 0 to 1 and temperature above 0, found ${share} and ${temperature}`)
  const numbers = (options: StepOptions | undefined, layer: number) =>
    Float64Array.of(
      ...(options ? checkOptions(options) : new Float64Array(6 + parameterKinds.length)),
      share,
      temperature,
      layer,
    )
  const next = Promise.allSettled([inner.last, teacher?.last])
    .then(() => start(numbers, teacher?.native))
    .catch((error: unknown) => {
      throw error instanceof LutraError ? error : new LutraError('limit', message(error), { cause: error })
    })
  inner.last = next
  if (teacher) teacher.last = next
  return next
}

/** Five numbers a linear, the head's last; the addon's Scheme. */
function schemeNumbers(config: TrainerConfig & { quantizeWeights: boolean }): Float64Array {
  const fallback: WeightScheme | undefined = config.scheme ?? (config.quantizeWeights ? { grid: 'absmean' } : undefined)
  const names = linearNames(config.layers)
  for (const name of Object.keys(config.schemes ?? {}))
    if (!names.includes(name)) throw new LutraError('mismatch', `trainer: no linear is named ${name}`)
  const numbers = names.flatMap((name) => {
    const scheme =
      config.schemes?.[name] === undefined ? (name === 'output.weight' ? undefined : fallback) : config.schemes[name]
    if (!scheme) return [0, 0, 0, 0, 0]
    const { group = 0, rank = 0, alpha = rank } = scheme
    return [gridNumber(scheme), levelsOf(scheme), group, rank, rank > 0 ? alpha / rank : 0]
  })
  return Float64Array.from(numbers)
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
