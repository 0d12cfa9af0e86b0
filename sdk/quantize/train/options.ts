/** What quantization by training is asked for, and what it tells. before ./examples, ./loop, ./qat · after ./train */
import type { ExampleSet } from './examples.js'
import type { Curve, Progress } from './loop.js'
import type { Distilling } from './qat.js'

export const trainMethods = ['qat', 'lr-qat', 'block-ap', 'e2e-qp', 'efficient'] as const

export interface TrainOptions {
  /**
   * `qat`: all weights and scales end to end. `lr-qat`: low rank beside a fixed base, and scales. `block-ap`: layer by
   * layer. `e2e-qp`: scales alone, over codes rounded to nearest or those of `from`. `efficient`: block-ap, then e2e-qp
   * (EfficientQAT).
   */
  readonly method: (typeof trainMethods)[number]
  /** Of every linear but the head: see trainedFormats. Not with `from`, whose formats stay. */
  readonly type?: string
  /**
   * Path of a GGUF file of the same model, quantized by any method (`gptq`): `e2e-qp` keeps its codes, and the small whole
   * scales of K-quants, and trains every block's scale. Any format with a half-precision scale a block.
   */
  readonly from?: string
  /** Format of the embedding and the head, rounded after training by the reference encoder; default: as they are. */
  readonly embedding?: string
  /** What to train on; without one the float model writes it (LLM-QAT). */
  readonly text?: string
  /** Prompts and answers as ids instead of a text, the loss on the answers alone. */
  readonly examples?: ExampleSet
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
  /** Windows a step; default 8. Of examples, context times windows is the most tokens of a step. */
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
