/**
 * A stored tensor as GGUF would hold it: shape in GGUF's order, bytes as they lie in the file where that says the same.
 * takes  where a tensor lies, its name in GGUF · gives  Tensor
 * before ../safetensors/shards, ../file-tensor · after ./tensors
 */
import type { DType } from '../../../hal/dtype.js'
import { BF16, F16, F32, I32 } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import { readShared } from '../file-range.js'
import { FileTensor } from '../file-tensor.js'
import { MadeTensor, sharedBytes, UnreadableTensor } from '../made-tensor.js'
import { quote } from '../quote.js'
import type { Stored } from '../safetensors/shards.js'

const readable: ReadonlyMap<string, DType> = new Map([F32, F16, BF16, I32].map((dtype) => [dtype.name, dtype]))

export function plainTensor(name: string, stored: Stored): Tensor {
  const shape = stored.shape.length === 0 ? [1] : [...stored.shape].reverse()
  const dtype = readable.get(stored.type)
  if (!dtype || shape.includes(0))
    return new UnreadableTensor(
      name,
      shape,
      new LutraError(
        'unsupported',
        `Expected ${[...readable.keys()].join(', ')} with dimensions above 0 but ${quote(stored.name)} is ${stored.type.slice(0, 16)} ${shape.join(' x ')}`,
      ),
    )
  const length = stored.end - stored.begin
  // Headers may have any length, and then floats lie across words, where no kernel reads them.
  if (stored.offset % dtype.blockBytes !== 0) return new MadeTensor(name, dtype, shape, () => readBytes(stored))
  return new FileTensor(name, dtype, shape, stored.stamp, stored.offset, length)
}

/** A norm whose weights say what is added to 1: F32, as the GGUF converter makes it. */
export function fromOne(name: string, stored: Stored): Tensor {
  const plain = plainTensor(name, stored)
  if (plain instanceof UnreadableTensor) return plain
  return new MadeTensor(name, F32, plain.shape, () => {
    const floats = readFloats(stored)
    for (let i = 0; i < floats.length; i++) floats[i] += 1
    return new Uint8Array(floats.buffer)
  })
}

/** Numbers that are here already, as F32 or I32. */
export function listTensor(name: string, values: Float32Array | Int32Array): Tensor {
  const dtype = values instanceof Float32Array ? F32 : I32
  return new MadeTensor(name, dtype, [values.length], () => {
    const bytes = sharedBytes(values.byteLength)
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    return bytes
  })
}

export function readBytes(stored: Stored): Uint8Array {
  return readShared(stored.stamp, stored.offset, stored.end - stored.begin)
}

/** All of a stored tensor as float32, in shared memory. */
export function readFloats(stored: Stored): Float32Array {
  const dtype = readable.get(stored.type)
  if (!dtype || dtype === I32)
    throw new LutraError(
      'unsupported',
      `Expected F32, F16 or BF16 for ${quote(stored.name)} but found ${stored.type.slice(0, 16)}`,
    )
  const count = (stored.end - stored.begin) / dtype.blockBytes
  const floats = new Float32Array(sharedBytes(4 * count).buffer)
  dtype.decode(readBytes(stored), count, 0, count, floats)
  return floats
}
