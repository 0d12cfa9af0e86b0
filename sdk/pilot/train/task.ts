import { generate, type Split } from '../data/generate.js'
import { PilotCodec } from '../vocabulary.js'
import type { Sequence } from './batch.js'
import type { Task } from './run.js'

/** The pilot's own task: generated instructions as ids, endless, the same for the same seed. */
export function pilotTask(): Task {
  const codec = new PilotCodec()
  return {
    vocab: codec.size,
    text: (tokens) => codec.text(tokens),
    *sequences(seed: number, split: Split): Generator<Sequence> {
      for (let index = 0; ; index++) {
        const { prompt, wire } = generate(split, seed, index)
        yield { prompt: codec.prompt(prompt), answer: codec.answer(wire) }
      }
    },
  }
}
