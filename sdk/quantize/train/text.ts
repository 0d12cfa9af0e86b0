/**
 * A text as training sees it: windows of a begin mark and the ids after it, every token with a target.
 * takes  ids, sizes · gives  batches that step and seed alone decide, so that a resumed run sees the same; held-out batches
 * before sdk/sampler/random · after ./qat, ./blocks, ./examples
 */
import { LutraError } from '../../../hal/error.js'
import type { TrainBatch } from '../../../kernels/native/train.js'
import { createRandom } from '../../sampler/random.js'

/** What a run is trained on, and judged by. */
export interface Lessons {
  readonly heldOut: readonly TrainBatch[]
  /** Of one step, the same for the same step. */
  batch(step: number): TrainBatch
  /** Sequences spread evenly over all that is trained on. */
  spread(count: number): TrainBatch
}

export interface TextOptions {
  /** Tokens a window. */
  readonly context: number
  /** Windows a step. */
  readonly windows: number
  readonly seed: number
  /** Put first in every window. */
  readonly bos?: number
}

/** Held out: a tenth, but no more than this many windows, spread evenly over the text. */
const MOST_HELD_OUT = 64

export class Text implements Lessons {
  readonly train: Int32Array
  readonly heldOut: readonly TrainBatch[]

  constructor(
    ids: Int32Array,
    private readonly options: TextOptions,
  ) {
    const { context, windows } = options
    const whole = Math.min(MOST_HELD_OUT, Math.floor(ids.length / 10 / context))
    if (whole < 1)
      throw new LutraError(
        'limit',
        `Expected a text of at least ${10 * context} tokens to train on but found ${ids.length}`,
      )
    // The last window of each of so many equal stretches, with the token before it; training has the rest, joined.
    const ends = Array.from({ length: whole }, (_, i) => Math.floor(((i + 1) * ids.length) / whole))
    const train = new Int32Array(ids.length - whole * (context + 1))
    let [from, at] = [0, 0]
    for (const end of ends) {
      const part = ids.subarray(from, end - context - 1)
      train.set(part, at)
      at += part.length
      from = end
    }
    this.train = train
    const batches: TrainBatch[] = []
    for (let i = 0; i < whole; i += windows)
      batches.push(
        this.#batch(
          ids,
          ends.slice(i, i + windows).map((end) => end - context - 1),
        ),
      )
    this.heldOut = batches
  }

  /** Windows at random places of the training part. */
  batch(step: number): TrainBatch {
    const next = random(this.options.seed, step)
    const room = this.train.length - this.options.context
    return this.#batch(
      this.train,
      Array.from({ length: this.options.windows }, () => Math.floor(next() * room)),
    )
  }

  /** The same number of windows spread evenly over the training part. */
  spread(count: number): TrainBatch {
    const room = this.train.length - this.options.context - 1
    return this.#batch(
      this.train,
      Array.from({ length: count }, (_, i) => Math.floor((i * room) / Math.max(1, count - 1))),
    )
  }

  #batch(ids: Int32Array, starts: readonly number[]): TrainBatch {
    const { context, bos } = this.options
    const before = bos === undefined ? 0 : 1
    const tokens = new Int32Array(starts.length * context).fill(bos ?? 0)
    const targets = new Int32Array(tokens.length)
    starts.forEach((start, n) => {
      tokens.set(ids.subarray(start, start + context - before), n * context + before)
      targets.set(ids.subarray(start + 1 - before, start + 1 - before + context), n * context)
    })
    return { tokens, targets, seqStarts: Int32Array.from({ length: starts.length + 1 }, (_, n) => n * context) }
  }
}

/** Numbers in [0, 1) that seed and step decide: a resumed run draws the same. */
export function random(seed: number, step: number): () => number {
  return createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b))
}
