/**
 * Weights that are rows of another tensor (one matrix that holds q, k and v; or gate and up): rows lie one after the
 * other, so a slice is a view, and an engine that maps files maps it like any other tensor.
 * takes  a graph and the tensors of its file · gives  the same tensors and the graph's slices
 * after  sdk/model/arch · before every engine's compile
 */
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import type { Graph, Slice } from './graph.js'

export function sliceWeights(
  graph: Pick<Graph, 'slices'>,
  tensors: ReadonlyMap<string, Tensor>,
): ReadonlyMap<string, Tensor> {
  if (!graph.slices) return tensors
  const all = new Map(tensors)
  for (const [name, slice] of Object.entries(graph.slices)) {
    const whole = tensors.get(slice.weight)
    if (!whole) throw new LutraError('mismatch', `Expected a tensor ${slice.weight} but there is none`)
    all.set(name, rowsOf(whole, name, slice))
  }
  return all
}

function rowsOf(whole: Tensor, name: string, { from, rows }: Slice): Tensor {
  const { dtype, shape, file } = whole
  const [cols, all = 1] = shape
  if (!Number.isInteger(from) || !Number.isInteger(rows) || from < 0 || rows < 1 || from + rows > all)
    throw new LutraError(
      'mismatch',
      `Expected rows among the ${all} of ${whole.name} but found ${from} to ${from + rows}`,
    )
  const begin = (from * cols) / dtype.block
  const blocks = (rows * cols) / dtype.block
  if (dtype.tailBytes > 0 || !Number.isInteger(begin) || !Number.isInteger(blocks))
    throw new LutraError(
      'unsupported',
      `Expected rows of ${whole.name} that can be told apart but ${dtype.name} with ${cols} columns runs on over them; ` +
        'quantize it to another type',
    )
  return {
    name,
    dtype,
    shape: [cols, rows],
    /** As of the whole: read when it is asked for. */
    get bytes() {
      return whole.bytes.subarray(begin * dtype.blockBytes, (begin + blocks) * dtype.blockBytes)
    },
    file: file && { path: file.path, offset: file.offset + begin * dtype.blockBytes },
  }
}
