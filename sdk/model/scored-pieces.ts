/**
 * A SentencePiece vocabulary as metadata, under the keys that a GGUF uses.
 * takes  pieces with their scores and kinds · gives  metadata (`tokenizer.ggml.*`)
 * before ./llama2c-vocabulary, ./sentencepiece-model · after sdk/tokenizer
 */
import type { MetadataValue } from './model-file.js'

export interface ScoredPiece {
  /** With ▁ for spaces; `<0x41>` for bytes. */
  readonly piece: string
  readonly score: number
  readonly kind: keyof typeof kinds
}

/** GGUF's numbers. */
const kinds = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const

export interface Marks {
  readonly bos?: number
  readonly eos?: number
  readonly unknown?: number
}

export function pieceMetadata(pieces: readonly ScoredPiece[], marks: Marks): Map<string, MetadataValue> {
  const metadata = new Map<string, MetadataValue>([
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', pieces.map(({ piece }) => piece)],
    ['tokenizer.ggml.scores', Float32Array.from(pieces, ({ score }) => score)],
    ['tokenizer.ggml.token_type', Int32Array.from(pieces, ({ kind }) => kinds[kind])],
  ])
  for (const [name, id] of Object.entries(marks))
    if (id !== undefined) metadata.set(`tokenizer.ggml.${name}_token_id`, id)
  return metadata
}
