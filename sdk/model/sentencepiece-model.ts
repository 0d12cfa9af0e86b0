/**
 * SentencePiece's own `tokenizer.model`: a Protocol Buffers message with pieces, scores and kinds.
 * takes  the file's bytes · gives  metadata as a GGUF would carry it; LutraError unsupported for other kinds than BPE
 * before ./protobuf, ./scored-pieces · after  sdk/tokenizer
 */
import { LutraError } from '../../hal/error.js'
import type { MetadataValue } from './model-file.js'
import { type Field, fields } from './protobuf.js'
import { pieceMetadata, type ScoredPiece } from './scored-pieces.js'

/** Fields of the messages, by the numbers in sentencepiece_model.proto. */
const model = { pieces: 1, trainer: 2, normalizer: 3 } as const
const piece = { text: 1, score: 2, type: 3 } as const
const trainer = { modelType: 3, treatWhitespaceAsSuffix: 24, unknown: 40, bos: 41, eos: 42 } as const
const normalizer = { addDummyPrefix: 3, removeExtraWhitespaces: 4 } as const
const bpe = 2
const kinds: readonly (ScoredPiece['kind'] | undefined)[] = [
  undefined,
  'normal',
  'unknown',
  'control',
  'userDefined',
  'unused',
  'byte',
]

/** The largest known file (Gemma's 262 144 pieces) has 4.7 million bytes. */
export const maxSentencePieceBytes = 64 * 1024 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function readSentencePieceModel(bytes: Uint8Array): Map<string, MetadataValue> {
  if (bytes.length > maxSentencePieceBytes)
    throw new LutraError(
      'limit',
      `Expected a tokenizer.model up to ${maxSentencePieceBytes} bytes but found ${bytes.length}`,
    )
  const pieces: ScoredPiece[] = []
  const trained = new Map<number, Field['value']>()
  const normalized = new Map<number, Field['value']>()
  for (const { number, value } of fields(bytes)) {
    if (number === model.pieces) pieces.push(readPiece(message(value, 'a piece'), pieces.length))
    if (number === model.trainer) collect(message(value, 'trainer_spec'), trained)
    if (number === model.normalizer) collect(message(value, 'normalizer_spec'), normalized)
  }
  if (pieces.length === 0) throw new LutraError('format', 'Expected pieces in tokenizer.model but found none')
  // The default is Unigram.
  if (trained.get(trainer.modelType) !== bpe || trained.get(trainer.treatWhitespaceAsSuffix) === 1)
    throw new LutraError(
      'unsupported',
      'Expected a BPE model in tokenizer.model but found another kind; use tokenizer.json',
    )
  const id = (field: number, otherwise: number) => {
    const value = trained.get(field) ?? otherwise
    return typeof value === 'number' && value < pieces.length ? value : undefined
  }
  const marks = { unknown: id(trainer.unknown, 0), bos: id(trainer.bos, 1), eos: id(trainer.eos, 2) }
  const metadata = pieceMetadata(pieces, marks)
  metadata.set('tokenizer.ggml.add_space_prefix', normalized.get(normalizer.addDummyPrefix) !== 0)
  metadata.set('tokenizer.ggml.remove_extra_whitespaces', normalized.get(normalizer.removeExtraWhitespaces) !== 0)
  return metadata
}

function readPiece(bytes: Uint8Array, id: number): ScoredPiece {
  const found = new Map<number, Field['value']>()
  collect(bytes, found)
  const text = found.get(piece.text)
  const score = found.get(piece.score) ?? new Uint8Array(4)
  const kind = kinds[Number(found.get(piece.type) ?? 1)]
  if (!(text instanceof Uint8Array) || !(score instanceof Uint8Array) || score.length !== 4 || kind === undefined)
    throw new LutraError('format', `Expected text, score and type of piece ${id} in tokenizer.model but found others`)
  const value = new DataView(score.buffer, score.byteOffset, 4).getFloat32(0, true)
  if (!Number.isFinite(value))
    throw new LutraError('format', `Expected a finite score of piece ${id} in tokenizer.model but found ${value}`)
  return { piece: written(utf8(text, id), kind), score: value, kind }
}

/** User-defined pieces stand in the text as they are: with spaces, not ▁. */
function written(text: string, kind: ScoredPiece['kind']): string {
  return kind === 'userDefined' ? text.replaceAll('▁', ' ') : text
}

function collect(bytes: Uint8Array, into: Map<number, Field['value']>): void {
  for (const { number, value } of fields(bytes)) into.set(number, value)
}

function message(value: Field['value'], name: string): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new LutraError('format', `Expected ${name} as a message in tokenizer.model but found a number`)
}

function utf8(bytes: Uint8Array, id: number): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new LutraError('format', `Expected UTF-8 in piece ${id} of tokenizer.model but found other bytes`, { cause })
  }
}
