/**
 * The tokenizer that a vocabulary asks for.
 * takes  metadata · gives  Tokenizer
 * before ./vocabulary, ./sentencepiece, ./byte-level
 */
import { LutraError } from '../../hal/error.js'
import type { MetadataValue } from '../model/model-file.js'
import { ByteLevelTokenizer } from './byte-level.js'
import { SentencePieceTokenizer } from './sentencepiece.js'
import type { Tokenizer } from './tokenizer.js'
import { readVocabulary } from './vocabulary.js'

/** The tokenizer of a model file, or of a file that holds only a vocabulary. */
export function createTokenizer(file: { readonly metadata: ReadonlyMap<string, MetadataValue> }): Tokenizer {
  const vocabulary = readVocabulary(file.metadata)
  if (vocabulary.model === 'llama') return new SentencePieceTokenizer(vocabulary)
  if (vocabulary.model === 'gpt2') return new ByteLevelTokenizer(vocabulary)
  throw new LutraError(
    'unsupported',
    `Expected a tokenizer of kind llama or gpt2 but found ${JSON.stringify(vocabulary.model)}`,
  )
}
