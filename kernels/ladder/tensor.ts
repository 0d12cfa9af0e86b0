/**
 * A tensor of a model in another format.
 * takes  a Tensor, a DType of defineType · gives  the Tensor in it · before ./type/encode · after users
 */
import type { DType } from '../../hal/dtype.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import { type EncodeOptions, encode } from './type/encode.js'

/**
 * Decodes a tensor to float32 and encodes it in a format of `defineType`.
 *
 * @throws LutraError mismatch where its weights are no whole blocks of the format, or not finite
 */
export function encodeTensor(tensor: Tensor, dtype: DType, options?: EncodeOptions): Tensor {
  const { name, shape, bytes } = tensor
  const count = shape.reduce((a, b) => a * b, 1)
  if (count % dtype.block !== 0 || shape[0] % dtype.block !== 0)
    throw new LutraError(
      'mismatch',
      `Expected rows of ${name} in whole blocks of ${dtype.block} for ${dtype.name} but found rows of ${shape[0]}`,
    )
  const weights = new Float32Array(count)
  tensor.dtype.decode(bytes, count, 0, count, weights)
  return { name, dtype, shape, bytes: encode(dtype, weights, options) }
}
