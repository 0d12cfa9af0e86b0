/**
 * A float model file as the trainer takes it: sizes, and its tensors by GGUF name.
 * takes  FloatWeights of architecture llama or bitnet · gives  TrainerConfig, Trainers with the model's weights
 * before ../source/weights · after ./qat, ./blocks
 */
import { LutraError } from '../../../hal/error.js'
import { createTrainer, type Trainer, type TrainerConfig } from '../../../kernels/native/train.js'
import type { FloatWeights } from '../source/weights.js'

export type Shape = Pick<
  Required<TrainerConfig>,
  'architecture' | 'vocab' | 'dim' | 'hidden' | 'layers' | 'heads' | 'kvHeads' | 'eps' | 'theta' | 'head' | 'rope'
> & { readonly context: number }

/** LutraError unsupported where the trainer's model would compute something else than the file's. */
export function shapeOf({ metadata, shapes }: FloatWeights): Shape {
  const architecture = metadata.get('general.architecture')
  if (architecture !== 'llama' && architecture !== 'bitnet')
    throw new LutraError('unsupported', `Expected a llama or bitnet to train but found ${String(architecture)}`)
  const number = (key: string, fallback?: number): number => {
    const value = metadata.get(`${architecture}.${key}`) ?? fallback
    if (typeof value === 'number') return value
    throw new LutraError('format', `Expected ${architecture}.${key} to be a number but found ${String(value)}`)
  }
  const dim = number('embedding_length')
  const heads = number('attention.head_count')
  const style = metadata.get('lutra.rope_style') ?? (architecture === 'llama' ? 'pairs' : 'halves')
  const shape: Shape = {
    ...{ architecture, dim, heads, hidden: number('feed_forward_length'), layers: number('block_count') },
    ...{ kvHeads: number('attention.head_count_kv', heads), eps: number('attention.layer_norm_rms_epsilon') },
    ...{ theta: number('rope.freq_base', 10_000), context: number('context_length') },
    vocab: shapes.get('token_embd.weight')?.[1] ?? 0,
    head: shapes.has('output.weight') ? 'own' : 'tied',
    rope: style === 'pairs' ? 'pairs' : 'halves',
  }
  const turned = number('rope.dimension_count', dim / heads)
  const scaled = [...metadata.keys()].find((key) => key.startsWith(`${architecture}.rope.scaling`))
  if (turned !== dim / heads || scaled)
    throw new LutraError(
      'unsupported',
      scaled
        ? `Expected plain rotary angles to train but found ${scaled}`
        : `Expected heads of ${dim / heads} values, all turned, but found ${turned}`,
    )
  return shape
}

export type Extra = Pick<TrainerConfig, 'scheme' | 'schemes' | 'freeze' | 'threads' | 'precision'>

/** No rounding of weights but a scheme's; inputs of linears as the architecture has them in every engine. */
export function activations({ architecture }: Pick<Shape, 'architecture'>) {
  return { quantizeWeights: false, quantizeActivations: architecture === 'bitnet' }
}

/** A trainer that holds the model's own weights. */
export async function trainerOf(model: FloatWeights, shape: Shape, extra: Extra): Promise<Trainer> {
  const trainer = createTrainer({ ...shape, ...activations(shape), ...extra })
  const learned = new Set(['scale', 'zero', 'low-rank'])
  const own = trainer.parameters().filter(({ kind }) => !learned.has(kind))
  const names = new Set(own.map(({ name }) => name))
  for (const name of model.shapes.keys())
    if (!names.has(name)) throw new LutraError('unsupported', `Expected no tensor ${name} in a model to train`)
  for (const { name } of own) trainer.set(name, new Float32Array(await model.read(name)))
  return trainer
}
