/**
 * Examples as one ragged training batch. Takes (prompt ids, answer ids), gives what the trainer's step takes.
 * The sequence is prompt + answer; the loss stands on the answer, and with a small weight on the prompt if wanted.
 */
import type { TrainBatch } from '../../../kernels/native/train.js'

export interface Sequence {
  /** From the begin mark to the separator. */
  readonly prompt: readonly number[]
  /** Up to and with the end mark. */
  readonly answer: readonly number[]
}

/** Tokens that go through the model: the last one is only a target. */
export function inputLength({ prompt, answer }: Sequence): number {
  return prompt.length + answer.length - 1
}

export function toBatch(sequences: readonly Sequence[], promptWeight = 0): TrainBatch {
  const total = sequences.reduce((sum, s) => sum + inputLength(s), 0)
  const tokens = new Int32Array(total)
  const targets = new Int32Array(total).fill(-1)
  const weights = new Float32Array(total)
  const seqStarts = new Int32Array(sequences.length + 1)
  let at = 0
  sequences.forEach((s, n) => {
    const ids = [...s.prompt, ...s.answer]
    for (let i = 0; i + 1 < ids.length; i++, at++) {
      tokens[at] = ids[i]
      const weight = i + 1 >= s.prompt.length ? 1 : promptWeight
      if (weight > 0) targets[at] = ids[i + 1]
      weights[at] = weight
    }
    seqStarts[n + 1] = at
  })
  return { tokens, seqStarts, targets, weights }
}

/** Takes examples until the next one would pass the wanted number of tokens. */
export class BatchMaker {
  #kept: Sequence | undefined

  constructor(
    private readonly source: Iterator<Sequence>,
    private readonly tokens: number,
    private readonly promptWeight: number,
  ) {}

  /** Undefined when the source has run dry. */
  next(): TrainBatch | undefined {
    const taken = this.take()
    return taken.length > 0 ? toBatch(taken, this.promptWeight) : undefined
  }

  /** A batch's examples; none when the source has run dry. */
  take(): Sequence[] {
    const taken: Sequence[] = []
    for (let total = 0; ; ) {
      const sequence = this.#kept ?? this.#pull()
      if (sequence === undefined) break
      const length = inputLength(sequence)
      if (taken.length > 0 && total + length > this.tokens) {
        this.#kept = sequence
        break
      }
      this.#kept = undefined
      taken.push(sequence)
      total += length
    }
    return taken
  }

  #pull(): Sequence | undefined {
    const { value, done } = this.source.next()
    return done ? undefined : value
  }
}
