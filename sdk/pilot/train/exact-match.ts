/**
 * How many answers the model would write token for token right. Takes a trainer and sequences, gives loss and share.
 * All argmaxes under the true answer equal to it is the same as greedy decoding giving the answer, and far cheaper.
 */
import type { Trainer } from '../../../kernels/native/train.js'
import { type Sequence, toBatch } from './batch.js'

export interface Match {
  readonly loss: number
  /** 0 to 1. */
  readonly exact: number
  /** Of the sequences that went wrong: which, and the first wrong position within the answer. */
  readonly misses: readonly { readonly index: number; readonly position: number; readonly guess: number }[]
}

const SEQUENCES_A_BATCH = 128

export async function exactMatch(trainer: Trainer, sequences: readonly Sequence[]): Promise<Match> {
  const misses: { index: number; position: number; guess: number }[] = []
  let loss = 0
  let tokens = 0
  for (let from = 0; from < sequences.length; from += SEQUENCES_A_BATCH) {
    const part = sequences.slice(from, from + SEQUENCES_A_BATCH)
    const result = await trainer.evaluate(toBatch(part))
    let at = 0
    part.forEach(({ answer }, n) => {
      const position = answer.findIndex((id, i) => result.argmax[at + i] !== id)
      if (position >= 0) misses.push({ index: from + n, position, guess: result.argmax[at + position] })
      at += answer.length
    })
    loss += result.loss * at
    tokens += at
  }
  return { loss: loss / tokens, exact: 1 - misses.length / sequences.length, misses }
}
