/**
 * A tensor made ready for the workers: by its place in a file where it has one, else in shared memory.
 * takes  a tensor · gives  SentWeight; LutraError where its shape, bytes or format do not fit
 */
import type { DType } from '../../hal/dtype.js'
import { isNamed, tensorBytes } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'
import { pause } from '../../hal/pause.js'
import type { Tensor } from '../../hal/tensor.js'
import { ttypeOf } from '../ladder/type/registry.js'
import type { SentWeight } from './messages.js'

/** Bytes copied before other work of this thread may go first. */
const atOnce = 4 << 20

export async function send(tensor: Tensor): Promise<SentWeight> {
  const { name, dtype, shape } = tensor
  const format = described(dtype, name)
  const cols = shape[0] ?? 1
  const rows = shape.slice(1).reduce((a, b) => a * b, 1)
  const length = tensorBytes(dtype, rows * cols)
  if (tensor.file) return { name, ...format, rows, cols, from: { ...tensor.file, length } }
  const { bytes } = tensor
  if (bytes.length !== length)
    throw new LutraError('mismatch', `Expected ${length} bytes of ${dtype.name} in ${name} but found ${bytes.length}`)
  return { name, ...format, rows, cols, from: await share(bytes) }
}

async function share(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  for (let from = 0; from < bytes.length; from += atOnce) {
    if (from > 0) await pause()
    shared.set(bytes.subarray(from, from + atOnce), from)
  }
  return shared
}

/** The description of a format that hal does not name. */
export function described(dtype: DType, name: string): Pick<SentWeight, 'dtype' | 'type'> {
  if (isNamed(dtype)) return { dtype: dtype.name }
  const type = ttypeOf(dtype)
  if (type) return { dtype: dtype.name, type }
  throw new LutraError(
    'unsupported',
    `Expected ${name} in a format that is described but found ${dtype.name}; describe it with defineType`,
  )
}
