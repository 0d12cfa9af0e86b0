/**
 * What tells a model from another one of the same shape, without reading all of it.
 * takes  a model's graph and tensors · gives  a hash over the graph, names, formats, shapes, and bytes from the beginning,
 * the middle and the end of every tensor
 */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { tensorBytes } from '../../hal/dtypes/index.js'
import type { Tensor } from '../../hal/tensor.js'
import type { Graph } from '../../kernels/graph/graph.js'

/** Bytes of a sample. Training moves nearly every weight, so that few tell. */
const sample = 1024

export async function fingerprint(graph: Graph, tensors: ReadonlyMap<string, Tensor>): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(graph))
  const files = new Map<string, Awaited<ReturnType<typeof open>>>()
  try {
    for (const [name, tensor] of tensors) {
      const { dtype, shape, file } = tensor
      const length = tensorBytes(
        dtype,
        shape.reduce((a, b) => a * b, 1),
      )
      hash.update(JSON.stringify([name, dtype.name, shape]))
      const size = Math.min(sample, length)
      for (const from of [0, (length - size) >> 1, length - size]) {
        if (!file) {
          hash.update(tensor.bytes.subarray(from, from + size))
          continue
        }
        const opened = files.get(file.path) ?? (await open(file.path))
        files.set(file.path, opened)
        hash.update((await opened.read(new Uint8Array(size), 0, size, file.offset + from)).buffer)
      }
    }
  } finally {
    for (const file of files.values()) await file.close()
  }
  return hash.digest('hex').slice(0, 32)
}
