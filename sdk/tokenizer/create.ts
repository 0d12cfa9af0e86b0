/**
 * The tokenizer that a model's files ask for.
 * takes  metadata, or the texts beside the weights · gives  Tokenizer
 * before ./gguf-vocabulary, ./tokenizer-json, ./sentencepiece, ./byte-level, ./word-piece
 */
import { atOnce, inTurns, type Steps } from '../../hal/turns.js'
import type { ModelFile } from '../model/model-file.js'
import { ByteLevelTokenizer } from './byte-level.js'
import { readVocabulary } from './gguf-vocabulary.js'
import { ranksOf } from './merge.js'
import { SentencePieceTokenizer } from './sentencepiece.js'
import type { Tokenizer } from './tokenizer.js'
import { generationStops } from './tokenizer-config.js'
import { readTokenizerJson } from './tokenizer-json.js'
import { plainPieces, type Vocabulary } from './vocabulary.js'
import { WordPieceTokenizer } from './word-piece.js'

type Source = Pick<ModelFile, 'metadata' | 'texts'>

/** The tokenizer of a model file, or of a file that holds only a vocabulary. */
export function createTokenizer(file: Source): Tokenizer {
  return atOnce(tokenizerSteps(file))
}

/** The same in turns with others on the event loop, since a vocabulary of 128k tokens takes some tenths of a second. */
export function createTokenizerInTurns(file: Source, signal?: AbortSignal): Promise<Tokenizer> {
  return inTurns(tokenizerSteps(file), signal)
}

/** What the file's own vocabulary says, or the tokenizer.json beside it. */
export function* vocabularySteps({ metadata, texts }: Source): Steps<Vocabulary> {
  const json = metadata.has('tokenizer.ggml.tokens') ? undefined : texts?.get('tokenizer.json')
  return texts && json !== undefined
    ? yield* readTokenizerJson(json, texts)
    : readVocabulary(metadata, generationStops(texts))
}

function* tokenizerSteps(source: Source): Steps<Tokenizer> {
  const vocabulary = yield* vocabularySteps(source)
  yield
  const plain = yield* plainPieces(vocabulary)
  switch (vocabulary.kind) {
    case 'bytes':
      return new ByteLevelTokenizer(vocabulary, plain, yield* ranksOf(vocabulary.merges))
    case 'words':
      return new WordPieceTokenizer(vocabulary, plain)
    case 'merges':
      return new SentencePieceTokenizer(vocabulary, plain, yield* ranksOf(vocabulary.merges))
    case 'scores':
      return new SentencePieceTokenizer(vocabulary, plain, new Map())
  }
}
