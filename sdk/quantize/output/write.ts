/**
 * The quantized model as a GGUF file: the source's metadata and order of tensors, new bytes where there are some.
 * takes  FloatWeights, a Plan, bytes by name · gives  the file, whole or not at all
 * before ./replace · after ../quantize
 */
import { dtypeByName, F32, tensorBytes } from '../../../hal/dtypes/index.js'
import { ggufHead, type TensorPlace } from '../../model/gguf-writer.js'
import type { MetadataValue } from '../../model/model-file.js'
import { bytesOf } from '../rows/shared.js'
import type { FloatWeights } from '../source/weights.js'
import type { Plan } from '../walk/plan.js'
import type { Done } from '../walk/walk.js'
import { metadataFor } from './metadata.js'
import { replaceFile } from './replace.js'

export interface Written {
  /** Of the whole file. */
  readonly bytes: number
  /** All tensors' bytes · 8 / weights. */
  readonly bitsPerWeight: number
}

type Extra = Readonly<Record<string, MetadataValue>>

export async function writeQuantized(
  path: string,
  model: FloatWeights,
  plan: Plan,
  done: Done,
  extra: Extra,
): Promise<Written> {
  const places = [...model.shapes].map(([name, shape]) => placeOf(model, plan, name, shape))
  const head = ggufHead(metadataFor(model.metadata, extra), places)
  // Carried-over tensors that a transform changed are read before the file is begun: reading is not done in turns with writing.
  const changed = new Map<string, Uint8Array>()
  for (const { name } of places)
    if (!done.has(name) && !model.stored(name)) changed.set(name, bytesOf(await model.read(name)))
  replaceFile(path, pieces())
  const weights = places.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
  const tensors = places.reduce((sum, { length }) => sum + length, 0)
  return { bytes: head.size, bitsPerWeight: (8 * tensors) / weights }

  function* pieces(): Generator<Uint8Array> {
    yield head.bytes
    let at = head.bytes.length
    for (const [i, { name }] of places.entries()) {
      if (head.offsets[i] > at) yield new Uint8Array(head.offsets[i] - at)
      const bytes = done.get(name) ?? changed.get(name) ?? model.stored(name)?.bytes ?? new Uint8Array()
      yield bytes
      at = head.offsets[i] + bytes.length
    }
    if (head.size > at) yield new Uint8Array(head.size - at)
  }
}

function placeOf(
  model: FloatWeights,
  plan: Plan,
  name: string,
  shape: readonly number[],
): TensorPlace & { readonly length: number } {
  const wanted = plan.get(name)
  const dtype = wanted ? dtypeByName(wanted.type) : (model.stored(name)?.dtype ?? F32)
  return {
    name,
    dtype,
    shape,
    length: tensorBytes(
      dtype,
      shape.reduce((a, b) => a * b, 1),
    ),
  }
}
