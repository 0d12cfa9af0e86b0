/**
 * A tensor made ready for the worker: by its place in a file where it has one, else in shared memory. Formats cross to the
 * worker by name; one that hal does not name, a user's own, crosses decoded.
 * takes  a tensor · gives  SentWeight; LutraError where its shape, bytes or format do not fit
 */
import type { DType } from '../../hal/dtype.js'
import { isNamed, tensorBytes } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import type { SentWeight } from './messages.js'

export function send(tensor: Tensor): SentWeight {
  const { name, dtype, shape } = tensor
  const cols = shape[0] ?? 1
  const rows = shape.slice(1).reduce((a, b) => a * b, 1)
  const length = tensorBytes(dtype, rows * cols)
  const named = isNamed(dtype)
  if (tensor.file && named) return { name, dtype: dtype.name, rows, cols, from: { ...tensor.file, length } }
  const { bytes } = tensor
  if (bytes.length !== length)
    throw new LutraError('mismatch', `Expected ${length} bytes of ${dtype.name} in ${name} but found ${bytes.length}`)
  return named
    ? { name, dtype: dtype.name, rows, cols, from: share(bytes) }
    : { name, dtype: 'F32', rows, cols, from: decoded(dtype, bytes, rows * cols) }
}

function decoded(dtype: DType, bytes: Uint8Array, total: number): Uint8Array {
  const weights = new Float32Array(new SharedArrayBuffer(4 * total))
  dtype.decode(bytes, total, 0, total, weights)
  return new Uint8Array(weights.buffer)
}

function share(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  return shared
}
