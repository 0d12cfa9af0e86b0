/**
 * Rotations of the residual stream (R1) and of each head's values (R2), folded into the weights: outliers are spread over all
 * channels, and nothing is left to compute at run time. QuaRot (arXiv 2404.00456), SpinQuant (arXiv 2405.16406).
 * takes  FloatWeights · gives  FloatWeights of the same function
 * before ./fold-norms, ./rotation
 */
import { LutraError } from '../../../hal/error.js'
import { createRandom } from '../../sampler/random.js'
import type { FloatWeights } from '../source/weights.js'
import { anatomyOf } from './anatomy.js'
import { Changes } from './changes.js'
import { foldNorms } from './fold-norms.js'
import { Rotation } from './rotation.js'
import { editRows } from './scale.js'

/**
 * R1: the stream x becomes x R, with R a randomized Hadamard matrix of the model's width. Norms are folded first.
 * @throws LutraError unsupported where norms stand after a part (Gemma): their gains do not pass a rotation; and as foldNorms.
 */
export async function rotateStream(weights: FloatWeights, seed = 0): Promise<FloatWeights> {
  const post = anatomyOf(weights).parts.find(({ postNorm }) => postNorm)
  if (post)
    throw new LutraError(
      'unsupported',
      `Expected no gains between a part and the stream but found ${post.postNorm}, which a rotation does not pass; quantize without R1`,
    )
  const folded = await foldNorms(weights)
  const { parts, embedding, head, tied } = anatomyOf(folded)
  const rotation = new Rotation(head.cols, seed)
  const changes = new Changes(folded)
  /** Tensors whose rows read the stream, or are it. */
  const readers = new Set([embedding, ...(tied ? [] : [head.tensor])])
  for (const part of parts) {
    for (const { tensor } of part.readers) readers.add(tensor)
    const { tensor, bias } = part.writer
    changes.edit(tensor, (values, cols) => rotation.columns(values, 0, cols), true)
    if (bias) changes.edit(bias, (values) => rotation.rows(values, 0, 1, 0))
  }
  for (const name of readers) changes.edit(name, (values, cols) => rotation.rows(values, 0, values.length / cols, cols))
  return changes.apply()
}

/**
 * R2: values of each KV head become v R, and the columns of the output projection that read them are rotated back. Every
 * head of every layer has a rotation of its own, drawn from the seed.
 * @throws LutraError unsupported where a norm stands between attention and its output projection, and as anatomyOf.
 */
export async function rotateHeads(weights: FloatWeights, seed = 0): Promise<FloatWeights> {
  const next = createRandom(seed)
  const changes = new Changes(weights)
  for (const { attention, readers, subNorm, writer } of anatomyOf(weights).parts) {
    if (!attention) continue
    if (subNorm)
      throw new LutraError(
        'unsupported',
        `Expected attention's output read as it is but found ${subNorm}; quantize without R2`,
      )
    const { heads, kvHeads, headDim } = attention
    const value = readers[2]
    for (let kv = 0; kv < kvHeads; kv++) {
      const rotation = new Rotation(headDim, Math.floor(next() * 2 ** 32))
      const first = kv * headDim
      changes.edit(value.tensor, (values, cols) => rotation.columns(values, (value.from + first) * cols, cols), true)
      if (value.bias) changes.edit(value.bias, (values) => rotation.rows(values, first, 1, 0))
      const group = heads / kvHeads
      editRows(changes, writer, (values, at) => rotation.rows(values, at + kv * group * headDim, group, headDim))
    }
  }
  return changes.apply()
}
