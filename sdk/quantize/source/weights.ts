/**
 * A float model, read tensor by tensor: what is quantized, and what transforms (rotations, scalings) wrap.
 * takes  a ModelFile · gives  FloatWeights · before ../calibrate, ../transform
 */
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import { buildGraph } from '../../model/arch/index.js'
import type { MetadataValue, ModelFile } from '../../model/model-file.js'
import { sharedFloats } from '../rows/shared.js'

export interface FloatWeights {
  readonly metadata: ReadonlyMap<string, MetadataValue>
  readonly graph: Graph
  /** GGUF order: shape[0] is the contiguous (input) dimension, shape[1] the rows. In the file's order. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** Float32, rows × cols, the caller's own. LutraError format where a weight is not finite. */
  read(name: string): Promise<Float32Array>
  /** Rows [from, to) alone, where that saves reading all; absent: `read` and cut. */
  rows?(name: string, from: number, to: number): Promise<Float32Array>
  /** As the file holds it, where nothing changes it: to be carried over byte by byte. */
  stored(name: string): Tensor | undefined
}

export function floatWeights(file: ModelFile, context?: number): FloatWeights {
  const { metadata, tensors } = file
  const find = (name: string): Tensor => {
    const tensor = tensors.get(name)
    if (tensor) return tensor
    throw new LutraError('mismatch', `Expected a tensor ${name} but the model has none`)
  }
  return {
    metadata,
    graph: buildGraph(file, { context }),
    shapes: new Map([...tensors].map(([name, { shape }]) => [name, shape])),
    async read(name) {
      return decoded(find(name))
    },
    async rows(name, from, to) {
      const tensor = find(name)
      const [cols] = tensor.shape
      return cols % tensor.dtype.block === 0
        ? decoded(tensor, from * cols, to * cols)
        : decoded(tensor).subarray(from * cols, to * cols)
    },
    stored: (name) => tensors.get(name),
  }
}

function decoded({ name, dtype, shape, bytes }: Tensor, from = 0, to?: number): Float32Array {
  const count = shape.reduce((a, b) => a * b, 1)
  const values = sharedFloats((to ?? count) - from)
  dtype.decode(bytes, count, from, values.length, values)
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      throw new LutraError('format', `Expected finite weights in ${name} but weight ${from + i} is ${values[i]}`)
  return values
}

/** LutraError mismatch where there is no such tensor. */
export function shapeOf({ shapes }: FloatWeights, name: string): readonly number[] {
  const shape = shapes.get(name)
  if (shape) return shape
  throw new LutraError('mismatch', `Expected a tensor ${name} but the model has none`)
}

/** Rows [from, to) of a matrix, without reading the others where the model can. */
export async function rowsOf(model: FloatWeights, name: string, from: number, to: number): Promise<Float32Array> {
  if (model.rows) return model.rows(name, from, to)
  const [cols] = shapeOf(model, name)
  return (await model.read(name)).subarray(from * cols, to * cols)
}
