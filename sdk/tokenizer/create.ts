/**
 * The tokenizer that a model's files ask for.
 * takes  metadata, or the texts beside the weights · gives  Tokenizer
 * before ./gguf-vocabulary, ./tokenizer-json, ./sentencepiece, ./byte-level, ./word-piece
 */
import type { ModelFile } from '../model/model-file.js'
import { ByteLevelTokenizer } from './byte-level.js'
import { readVocabulary } from './gguf-vocabulary.js'
import { SentencePieceTokenizer } from './sentencepiece.js'
import type { Tokenizer } from './tokenizer.js'
import { generationStops } from './tokenizer-config.js'
import { readTokenizerJson } from './tokenizer-json.js'
import type { Vocabulary } from './vocabulary.js'
import { WordPieceTokenizer } from './word-piece.js'

/** The tokenizer of a model file, or of a file that holds only a vocabulary. */
export function createTokenizer(file: Pick<ModelFile, 'metadata' | 'texts'>): Tokenizer {
  const { metadata, texts } = file
  if (!metadata.has('tokenizer.ggml.tokens') && texts?.has('tokenizer.json'))
    return tokenizerOf(readTokenizerJson(texts))
  return tokenizerOf(readVocabulary(metadata, generationStops(texts)))
}

function tokenizerOf(vocabulary: Vocabulary): Tokenizer {
  switch (vocabulary.kind) {
    case 'bytes':
      return new ByteLevelTokenizer(vocabulary)
    case 'words':
      return new WordPieceTokenizer(vocabulary)
    default:
      return new SentencePieceTokenizer(vocabulary)
  }
}
