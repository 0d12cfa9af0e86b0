/**
 * A model file with other tensors in the place of its own.
 * takes  ModelFile, a function of a tensor · gives  ModelFile; LutraError mismatch where names or shapes change
 * after  ../open
 */
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import type { ModelFile } from '../model/model-file.js'

export function withWeights(file: ModelFile, weights: ((tensor: Tensor) => Tensor) | undefined): ModelFile {
  if (!weights) return file
  const replaced = (tensor: Tensor): Tensor => {
    const other = weights(tensor)
    if (other?.name === tensor.name && String(other.shape) === String(tensor.shape))
      // `{ ...tensor, bytes }` still says where the old bytes lie: an engine would map those. Asked by the place, since asking
      // for bytes would read them.
      return other !== tensor && other.file === tensor.file ? { ...other, file: undefined } : other
    throw new LutraError(
      'mismatch',
      `Expected ${tensor.name} of ${tensor.shape.join(' x ')} again from weights but found ${other?.name} of ${other?.shape?.join(' x ')}`,
    )
  }
  const tensors = new Map([...file.tensors].map(([name, tensor]) => [name, replaced(tensor)]))
  return { ...file, tensors }
}
