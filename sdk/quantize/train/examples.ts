/**
 * Pairs of prompt and answer as training sees them: sequences end to end, the loss on the answers alone.
 * takes  ids of pairs, those to judge by, tokens a step · gives  Lessons; LutraError limit where there is nothing to learn
 * before ./text · after ./train
 */
import { LutraError } from '../../../hal/error.js'
import type { TrainBatch } from '../../../kernels/native/train.js'
import { type Lessons, random } from './text.js'

/** Ids as the model reads them, all marks (begin, separator, end) included. */
export interface Example {
  readonly prompt: ArrayLike<number>
  readonly answer: ArrayLike<number>
}

export interface ExampleSet {
  readonly train: readonly Example[]
  /** Never trained on: the best state is chosen by these. */
  readonly heldOut: readonly Example[]
}

export interface ExampleOptions {
  /** Most tokens of a step; one longer example passes alone. */
  readonly tokens: number
  readonly seed: number
}

/** Examples of one evaluation. */
const TOGETHER = 64

/** The last token is only a target. */
const lengthOf = ({ prompt, answer }: Example) => prompt.length + answer.length - 1

export class Examples implements Lessons {
  readonly heldOut: readonly TrainBatch[]
  readonly #train: readonly Example[]

  constructor(
    { train, heldOut }: ExampleSet,
    private readonly options: ExampleOptions,
  ) {
    for (const [what, list] of Object.entries({ train, heldOut }))
      if (list.length === 0 || list.some(({ prompt, answer }) => prompt.length === 0 || answer.length === 0))
        throw new LutraError(
          'limit',
          `Expected examples (${what}) with a prompt and an answer but found none or empty ones`,
        )
    this.#train = train
    this.heldOut = Array.from({ length: Math.ceil(heldOut.length / TOGETHER) }, (_, i) =>
      batchOf(heldOut.slice(i * TOGETHER, (i + 1) * TOGETHER)),
    )
  }

  /** Drawn with seed and step, until the next one would be too much. */
  batch(step: number): TrainBatch {
    const { tokens, seed } = this.options
    const next = random(seed, step)
    const taken: Example[] = []
    for (let total = 0; ; ) {
      const example = this.#train[Math.floor(next() * this.#train.length)]
      total += lengthOf(example)
      if (taken.length > 0 && total > tokens) return batchOf(taken)
      taken.push(example)
    }
  }

  spread(count: number): TrainBatch {
    const all = this.#train
    return batchOf(
      Array.from({ length: count }, (_, i) => all[Math.floor((i * (all.length - 1)) / Math.max(1, count - 1))]),
    )
  }
}

function batchOf(examples: readonly Example[]): TrainBatch {
  const seqStarts = new Int32Array(examples.length + 1)
  for (const [n, example] of examples.entries()) seqStarts[n + 1] = seqStarts[n] + lengthOf(example)
  const tokens = new Int32Array(seqStarts[examples.length])
  const targets = new Int32Array(tokens.length).fill(-1)
  for (const [n, { prompt, answer }] of examples.entries()) {
    const ids = [...Array.from(prompt), ...Array.from(answer)]
    for (let i = 0; i + 1 < ids.length; i++) {
      tokens[seqStarts[n] + i] = ids[i]
      if (i + 1 >= prompt.length) targets[seqStarts[n] + i] = ids[i + 1]
    }
  }
  return { tokens, targets, seqStarts }
}
