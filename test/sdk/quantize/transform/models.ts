/**
 * Models for the tests of transforms, and whether two give the same logits.
 * takes  a variant of test/sdk/model/arch, or a file · gives  FloatWeights; logits on the oracle
 */
import { F32 } from '../../../../hal/dtypes/index.js'
import type { Tensor } from '../../../../hal/tensor.js'
import { GgufFloat } from '../../../../sdk/model/gguf-writer.js'
import type { MetadataValue, ModelFile } from '../../../../sdk/model/model-file.js'
import { type FloatWeights, floatWeights } from '../../../../sdk/quantize/source/weights.js'
import { normal, random } from '../../../kernels/random.js'
import { randomArchitecture, type Variant } from '../../model/arch/random-model.js'
import { logitsOf } from '../../model/same-logits.js'

/** With biases of all matrices in the layers, where `allBiases`. */
export function randomWeights(variant: Variant, allBiases = false): FloatWeights {
  const { metadata, tensors } = randomArchitecture(variant)
  const next = random(5)
  if (allBiases)
    for (const [name, { shape }] of [...tensors])
      if (name.startsWith('blk.') && shape.length === 2) {
        const bias = name.replace('.weight', '.bias')
        const values = Float32Array.from({ length: shape[1] }, () => normal(next) * 0.3)
        tensors.set(bias, { name: bias, dtype: F32, shape: [shape[1]], bytes: new Uint8Array(values.buffer) })
      }
  const values = new Map<string, MetadataValue>()
  for (const [key, value] of metadata) values.set(key, value instanceof GgufFloat ? Math.fround(value.value) : value)
  return floatWeights({ path: '', bytes: 0, metadata: values, tensors })
}

/** All tensors computed, as a file of F32. */
export async function written(weights: FloatWeights): Promise<ModelFile> {
  const tensors = new Map<string, Tensor>()
  for (const [name, shape] of weights.shapes) {
    const values = await weights.read(name)
    const tensor = { name, dtype: F32, shape, bytes: new Uint8Array(values.buffer) }
    tensors.set(name, weights.stored(name)?.dtype.name === 'I32' ? (weights.stored(name) as Tensor) : tensor)
  }
  return { path: '', bytes: 0, metadata: weights.metadata, tensors }
}

/** Largest difference of logits in parts of their root mean square. */
export async function difference(a: FloatWeights, b: FloatWeights, ids: readonly number[]): Promise<number> {
  const [x, y] = [await logitsOf(await written(a), ids), await logitsOf(await written(b), ids)]
  const square = x.reduce((sum, value) => sum + value * value, 0)
  return x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i])), 0) / Math.sqrt(square / x.length)
}
