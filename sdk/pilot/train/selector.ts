/**
 * Which examples are worth a backward pass: those that the model does not answer surely yet, and a few of the others,
 * lest they be forgotten (selective backprop: Jiang et al. 2019, arXiv:1910.00762). Judging costs a third of a step.
 * takes  a BatchMaker · gives  batches of chosen examples · after ./run
 */
import type { Trainer } from '../../../kernels/native/train.js'
import { Random } from '../data/random.js'
import { type BatchMaker, inputLength, type Sequence, toBatch } from './batch.js'

/** An answer with less cross entropy in all its tokens together (nats) is sure: the model gives it with 78 %, and mostly first. */
const SURE = 0.25

export class Selector {
  /** Tokens judged so far. */
  judged = 0
  #chosen: Sequence[] = []
  #candidates: Sequence[] | undefined
  #random: Random

  /** `rest`: the share of sure examples that are trained on all the same. */
  constructor(
    private readonly trainer: Pick<Trainer, 'evaluate'>,
    private readonly maker: BatchMaker,
    private readonly tokens: number,
    private readonly rest: number,
    seed: number,
  ) {
    this.#random = new Random(seed)
  }

  /** About `tokens` tokens of chosen examples; undefined when the source has run dry. */
  async next(): Promise<Sequence[] | undefined> {
    for (;;) {
      const batch = this.#take()
      if (batch) return batch
      const candidates = this.#candidates ?? this.maker.take()
      if (candidates.length === 0) return undefined
      this.judged += candidates.reduce((sum, s) => sum + inputLength(s), 0)
      const judging = this.trainer.evaluate(toBatch(candidates))
      // Made while the addon judges these.
      this.#candidates = this.maker.take()
      const { losses } = await judging
      let at = 0
      for (const candidate of candidates) {
        let loss = 0
        for (const end = at + candidate.answer.length; at < end; at++) loss += losses[at]
        if (loss > SURE || this.#random.chance(this.rest)) this.#chosen.push(candidate)
      }
    }
  }

  /** A full batch from the front of what is chosen. */
  #take(): Sequence[] | undefined {
    let total = 0
    for (let n = 0; n < this.#chosen.length; n++) {
      total += inputLength(this.#chosen[n])
      if (total >= this.tokens) return this.#chosen.splice(0, n + 1)
    }
    return undefined
  }
}
