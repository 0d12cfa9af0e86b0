/**
 * A float model, read tensor by tensor: what is quantized, and what transforms (rotations, scalings) wrap.
 * takes  a ModelFile · gives  FloatWeights · before ../calibrate, ../transform
 */
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import { buildGraph } from '../../model/arch/index.js'
import type { MetadataValue, ModelFile } from '../../model/model-file.js'

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
  return {
    metadata,
    graph: buildGraph(file, { context }),
    shapes: new Map([...tensors].map(([name, { shape }]) => [name, shape])),
    async read(name) {
      const tensor = tensors.get(name)
      if (!tensor) throw new LutraError('mismatch', `Expected a tensor ${name} but the model has none`)
      const count = tensor.shape.reduce((a, b) => a * b, 1)
      const values = new Float32Array(new SharedArrayBuffer(4 * count))
      tensor.dtype.decode(tensor.bytes, count, 0, count, values)
      const bad = values.findIndex((value) => !Number.isFinite(value))
      if (bad >= 0)
        throw new LutraError('format', `Expected finite weights in ${name} but weight ${bad} is ${values[bad]}`)
      return values
    },
    stored: (name) => tensors.get(name),
  }
}
