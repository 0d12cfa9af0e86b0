/**
 * Opens a checkpoint of llama2.c, and the vocabulary that lies beside it.
 * takes  the path of a .bin · gives  ModelFile, as if it were the GGUF of the same model
 * before ./header, ../llama2c-vocabulary · after ../open-model-file
 */
import { dirname, join } from 'node:path'
import { F32 } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import { look, readFirst, readWhole } from '../file-range.js'
import { FileTensor } from '../file-tensor.js'
import { readLlama2cVocabulary } from '../llama2c-vocabulary.js'
import type { MetadataValue, ModelFile } from '../model-file.js'
import { type Llama2c, parseLlama2cHeader } from './header.js'

/** The header of version 1. */
const firstBytes = 256

/** Llama 2's vocabulary of 32 000 has 434 KB. */
const maxVocabularyBytes = 64 * 1024 * 1024

export async function openLlama2c(path: string): Promise<ModelFile> {
  const { first, stamp } = await readFirst(path, firstBytes)
  const header = parseLlama2cHeader(first, stamp.size)
  const tensors = header.tensors.map(({ name, shape, offset }) => {
    const length = 4 * shape.reduce((product, dim) => product * dim, 1)
    return [name, new FileTensor(name, F32, shape, stamp, offset, length)] as const
  })
  const vocabulary = await findVocabulary(dirname(path), header.vocab)
  return {
    path,
    bytes: stamp.size,
    metadata: new Map([...keysOf(header), ...(vocabulary ?? [])]),
    tensors: new Map(tensors),
  }
}

/** The file has no field for epsilon and theta: llama2.c computes with these. */
function keysOf(header: Llama2c): [string, MetadataValue][] {
  return [
    ['general.architecture', 'llama'],
    ['llama.vocab_size', header.vocab],
    ['llama.context_length', header.context],
    ['llama.embedding_length', header.width],
    ['llama.block_count', header.layers],
    ['llama.feed_forward_length', header.hidden],
    ['llama.attention.head_count', header.heads],
    ['llama.attention.head_count_kv', header.kvHeads],
    ['llama.attention.layer_norm_rms_epsilon', 1e-5],
    ['llama.rope.freq_base', 10_000],
  ]
}

/** Its own vocabulary, or the usual one if that has as many tokens; without one the model still gives logits. */
async function findVocabulary(folder: string, size: number): Promise<Map<string, MetadataValue> | undefined> {
  for (const name of [`tok${size}.bin`, 'tokenizer.bin']) {
    const path = join(folder, name)
    if ((await look(path)) !== 'file') continue
    try {
      return readLlama2cVocabulary(await readWhole(path, maxVocabularyBytes), size)
    } catch (error) {
      // Another model's vocabulary may lie here.
      if (!(error instanceof LutraError) || error.kind === 'io') throw error
    }
  }
  return undefined
}
