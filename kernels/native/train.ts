/**
 * The typed door to the addon's trainer: a `bitnet` model (ternary weights, int8 activations, straight-through) or a
 * `llama` in training. Takes ragged batches of token ids (sequences end to end, no padding), gives losses in nats per target.
 * All work runs on the addon's own threads; calls on one trainer run one after another.
 */
import { LutraError } from '../../hal/error.js'
import { loadNative } from './load.js'
import { checkBatch, checkConfig, checkOptions, checkRows, wrong } from './train-check.js'
import { parameterKinds, schemeNumbers } from './train-scheme.js'
import type {
  BlockBatch,
  Distillation,
  EvaluateResult,
  ParameterInfo,
  StepOptions,
  StepResult,
  TrainBatch,
  Trainer,
  TrainerConfig,
} from './trainer.js'

export type { ParameterKind, WeightScheme } from './train-scheme.js'

export type * from './trainer.js'

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
