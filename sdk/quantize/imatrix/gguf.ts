/**
 * llama.cpp's importance matrices of today: a GGUF file of general.type imatrix, two F32 tensors a matrix.
 * NAME.in_sum2 (columns × experts) holds sums of x², NAME.counts (1 × experts) the tokens summed over.
 * takes  an opened GGUF file, trusted in nothing · gives  Importance, and back
 * after  ./open
 */
import { F32 } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import { writeGguf } from '../../model/gguf-writer.js'
import type { MetadataValue, ModelFile } from '../../model/model-file.js'
import { quote } from '../../model/quote.js'
import { type Importance, meansOf, tokensOf, usualChunk } from './importance.js'

const sumsOf = '.in_sum2'
const countsOf = '.counts'

/** @throws LutraError format (no importance matrix, or a damaged one), unsupported (sums in another number format) */
export function importanceOf({ metadata, tensors }: Pick<ModelFile, 'metadata' | 'tensors'>): Importance {
  const type = metadata.get('general.type')
  if (type !== 'imatrix')
    throw new LutraError(
      'format',
      `Expected a GGUF file of general.type imatrix but found ${typeof type === 'string' ? quote(type) : 'none'}`,
    )
  const diagonal = new Map<string, Float32Array>()
  const counts = new Map<string, Float32Array>()
  for (const [key, tensor] of tensors) {
    if (key.endsWith(countsOf)) {
      const name = key.slice(0, -countsOf.length)
      if (!tensors.has(name + sumsOf)) throw unpaired(name, sumsOf)
    }
    if (!key.endsWith(sumsOf)) continue
    const name = key.slice(0, -sumsOf.length)
    const counted = tensors.get(name + countsOf)
    if (!counted) throw unpaired(name, countsOf)
    const [sums, tokens] = [floatsOf(tensor), floatsOf(counted)]
    if (sums.length / tokens.length !== tensor.shape[0])
      throw new LutraError(
        'format',
        `Expected a count for each of ${sums.length / tensor.shape[0]} matrices of ${quote(name)} but found ${tokens.length}`,
      )
    diagonal.set(name, meansOf(name, sums, tokens))
    counts.set(name, tokens)
  }
  if (diagonal.size === 0) throw new LutraError('format', `Expected tensors named *${sumsOf} but found none`)
  const datasets = metadata.get('imatrix.datasets')
  return {
    diagonal,
    counts,
    datasets: Array.isArray(datasets) ? datasets.filter((each) => typeof each === 'string') : [],
    chunks: whole(metadata.get('imatrix.chunk_count'), 0),
    chunkSize: whole(metadata.get('imatrix.chunk_size'), usualChunk) || usualChunk,
  }
}

function floatsOf({ name, dtype, shape, bytes }: Tensor): Float32Array {
  if (dtype.name !== 'F32')
    throw new LutraError('unsupported', `Expected F32 in ${quote(name)} but found ${dtype.name}`)
  const count = shape.reduce((a, b) => a * b, 1)
  const values = new Float32Array(count)
  dtype.decode(bytes, count, 0, count, values)
  return values
}

function unpaired(name: string, missing: string): LutraError {
  return new LutraError('format', `Expected ${quote(name + missing)} beside its other half but the file has none`)
}

function whole(value: MetadataValue | undefined, otherwise: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : otherwise
}

/** The bytes of imatrix.gguf, as llama-imatrix writes it since 2025-07. */
export function ggufBytes(importance: Importance): Uint8Array {
  const { diagonal, datasets, chunks, chunkSize } = importance
  const tensors = [...diagonal].flatMap(([name, means]) => {
    const tokens = tokensOf(importance, name)
    const cols = means.length / tokens.length
    const sums = means.map((mean, i) => mean * tokens[Math.floor(i / cols)])
    return [
      { name: name + sumsOf, dtype: F32, shape: [cols, tokens.length], bytes: new Uint8Array(sums.buffer) },
      { name: name + countsOf, dtype: F32, shape: [1, tokens.length], bytes: new Uint8Array(tokens.slice().buffer) },
    ]
  })
  const metadata = new Map<string, MetadataValue>([
    ['general.type', 'imatrix'],
    ['imatrix.datasets', datasets],
    ['imatrix.chunk_count', chunks],
    ['imatrix.chunk_size', chunkSize],
  ])
  return writeGguf(metadata, tensors)
}
