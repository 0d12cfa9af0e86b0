/**
 * What a run is trained on, from what it was given: a text, examples as ids, or nothing (then the float model writes a text).
 * takes  the model's file, options · gives  Lessons, and the ids that make the run's wish its own
 * before ./text, ./examples, ./self-text · after ./train
 */
import { LutraError } from '../../../hal/error.js'
import type { ModelFile } from '../../model/model-file.js'
import { createTokenizerInTurns } from '../../tokenizer/create.js'
import { encodeInTurns } from '../../tokenizer/encode-in-turns.js'
import { type Example, Examples } from './examples.js'
import type { Shape } from './model.js'
import type { TrainOptions } from './options.js'
import { ownText } from './self-text.js'
import { type Lessons, Text } from './text.js'

interface Found {
  readonly lessons: Lessons
  readonly ids: readonly Int32Array[]
}

export async function lessonsOf(file: ModelFile, shape: Shape, o: TrainOptions): Promise<Found> {
  const { seed = 1, windows = 8, signal, examples } = o
  const context = Math.min(o.context ?? 256, shape.context)
  if (examples) {
    if (o.text !== undefined) throw new LutraError('mismatch', 'Expected a text or examples to train on but found both')
    const ids = [...examples.train, ...examples.heldOut].map((example) => checked(example, shape))
    return { lessons: new Examples(examples, { tokens: context * windows, seed }), ids }
  }
  const tokenizer = await createTokenizerInTurns(file, signal)
  const ids =
    o.text === undefined
      ? await ownText(file.path, { tokens: o.ownTokens ?? 100_000, context, seed, signal })
      : Int32Array.from(await encodeInTurns(tokenizer, o.text, { bos: false }, signal))
  const bos = tokenizer.addBos ? tokenizer.bos : undefined
  return { lessons: new Text(ids, { context, windows, seed, bos }), ids: [ids] }
}

function checked({ prompt, answer }: Example, { vocab, context }: Shape): Int32Array {
  const ids = Int32Array.from([prompt.length, ...Array.from(prompt), ...Array.from(answer)])
  if (ids.length - 1 > context)
    throw new LutraError('limit', `Expected examples of ${context} tokens at most but found one of ${ids.length - 1}`)
  const wrong = ids.subarray(1).find((id) => !(id >= 0 && id < vocab))
  if (wrong !== undefined)
    throw new LutraError('mismatch', `Expected ids below ${vocab}, the vocabulary, in examples but found ${wrong}`)
  return ids
}
