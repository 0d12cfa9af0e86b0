/**
 * The vocabulary that a GGUF made of safetensors needs: these have theirs in tokenizer.json, beside the weights.
 * takes  the source · gives  metadata to add, or why there is none · before ./write · after ../quantize
 */
import { LutraError } from '../../../hal/error.js'
import { inTurns } from '../../../hal/turns.js'
import type { MetadataValue, ModelFile } from '../../model/model-file.js'
import { ggufVocabulary } from '../../tokenizer/gguf-metadata.js'

export interface AddedVocabulary {
  readonly metadata: Readonly<Record<string, MetadataValue>>
  /** Why the file will have no vocabulary. */
  readonly missing?: string
}

export async function addedVocabulary(file: ModelFile, signal?: AbortSignal): Promise<AddedVocabulary> {
  if (file.metadata.has('tokenizer.ggml.tokens')) return { metadata: {} }
  if (!file.texts?.has('tokenizer.json')) return { metadata: {}, missing: 'the source has none' }
  try {
    const rows = file.tensors.get('token_embd.weight')?.shape[1]
    return { metadata: Object.fromEntries(await inTurns(ggufVocabulary(file, rows), signal)) }
  } catch (cause) {
    if (cause instanceof LutraError && cause.kind !== 'cancelled') return { metadata: {}, missing: cause.message }
    throw cause
  }
}
