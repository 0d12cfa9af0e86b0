/**
 * The gains of RMSNorms moved into the matrices that read them: W · (n ∘ g) = (W ∘ g) · n. All gains become 1.
 * takes  FloatWeights · gives  FloatWeights of the same function
 * before ./anatomy · after ./rotate (a rotation passes a norm only without gains)
 */
import type { FloatWeights } from '../source/weights.js'
import { anatomyOf, type Matrix } from './anatomy.js'
import { Changes } from './changes.js'
import { scaleColumns } from './scale.js'

/** The head as a tensor of its own. */
export const headName = 'output.weight'

/**
 * Folds the norms of the stream, those before a part's writer, and the last one. A tied head becomes a tensor of its own,
 * unless the last gains are 1 already. Norms of heads (Qwen 3) and those after a part (Gemma) are read by no matrix and stay.
 * @throws LutraError unsupported where the graph has a form that is not known, or computes with int8 inputs.
 */
export async function foldNorms(weights: FloatWeights): Promise<FloatWeights> {
  const { parts, lastNorm, head, tied, embedding } = anatomyOf(weights)
  const changes = new Changes(weights)
  const fold = async (norm: string, readers: () => readonly Matrix[]) => {
    const gains = await weights.read(norm)
    if (gains.every((gain) => gain === 1)) return
    changes.edit(norm, (values) => values.fill(1))
    for (const reader of readers()) scaleColumns(changes, reader, gains)
  }
  for (const { norm, readers, subNorm, writer } of parts) {
    await fold(norm, () => readers)
    if (subNorm) await fold(subNorm, () => [writer])
  }
  await fold(lastNorm, () => {
    if (!tied) return [head]
    changes.copy(headName, embedding)
    return [{ ...head, tensor: headName }]
  })
  return changes.apply()
}
