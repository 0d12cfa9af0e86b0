/**
 * Beside the trained linears: a model with other tensors in place of its own, the embedding and the head in a format, and
 * what the held-out lessons cost before and after.
 * takes  FloatWeights, what was trained · before ./model, ../grid · after ./train
 */
import { tensorBytes } from '../../../hal/dtypes/index.js'
import { fitting } from '../allocate/fallback.js'
import { gridOf } from '../grid/index.js'
import { type FloatWeights, shapeOf as sizesOf } from '../source/weights.js'
import type { TensorPlan } from '../walk/plan.js'
import { heldOutLoss } from './loop.js'
import { shapeOf, trainerOf } from './model.js'
import type { Trained } from './qat.js'
import type { Lessons } from './text.js'

/** A model whose named tensors are others, in float32. */
export function replaced(model: FloatWeights, others: ReadonlyMap<string, Float32Array>): FloatWeights {
  return {
    ...model,
    read: async (name) => others.get(name) ?? model.read(name),
    rows: undefined,
    stored: (name) => (others.has(name) ? undefined : model.stored(name)),
  }
}

/** Embedding and head by the format's reference encoder, where training left them as they were or as floats. */
export async function around(
  model: FloatWeights,
  type: string,
  plan: Map<string, TensorPlan>,
  done: Map<string, Uint8Array>,
): Promise<void> {
  for (const name of ['token_embd.weight', 'output.weight']) {
    if (done.has(name) || !model.shapes.has(name)) continue
    const [cols] = sizesOf(model, name)
    const values = await model.read(name)
    const { encode, dtype } = gridOf(fitting(type.toUpperCase(), cols))
    const bytes = new Uint8Array(tensorBytes(dtype, values.length))
    const each = tensorBytes(dtype, cols)
    for (let row = 0; row * cols < values.length; row++)
      encode(values.subarray(row * cols, (row + 1) * cols), undefined, bytes.subarray(row * each, (row + 1) * each))
    done.set(name, bytes)
    plan.set(name, { type: dtype.name, method: 'rtn' })
  }
}

/** `base`: what the file has beside the trained linears. */
export async function lossesOf(
  model: FloatWeights,
  base: FloatWeights,
  { linears }: Trained,
  lessons: Lessons,
  threads?: number,
): Promise<{ readonly floatLoss: number; readonly loss: number }> {
  const shape = shapeOf(model)
  const freeze = ['embedding', 'head', 'gain', 'linear'] as const
  const trainer = await trainerOf(model, shape, { threads, freeze })
  const floatLoss = await heldOutLoss(trainer, lessons)
  for (const { name } of trainer.parameters()) {
    const linear = linears.get(name)
    if (!linear) trainer.set(name, new Float32Array(await base.read(name)))
    else
      trainer.set(
        name,
        linear.levels.map(
          (level, i) => level * linear.scales[Math.floor((i * linear.scales.length) / linear.levels.length)],
        ),
      )
  }
  return { floatLoss, loss: await heldOutLoss(trainer, lessons) }
}
