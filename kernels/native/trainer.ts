/**
 * The trainer's contract: what a model in training is made of, what goes into a step and what comes out.
 * after  ./train, which makes one
 */
import type { ParameterKind, WeightScheme } from './train-scheme.js'

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
