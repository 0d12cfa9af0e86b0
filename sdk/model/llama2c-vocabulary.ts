/**
 * llama2.c's `tokenizer.bin`: i32 longest piece, then for each token f32 score, i32 length, bytes.
 * takes  the file's bytes, the number of tokens that the weights say · gives  metadata as a GGUF would carry it
 * after  sdk/tokenizer
 */
import { LutraError } from '../../hal/error.js'
import type { MetadataValue } from './model-file.js'
import { pieceMetadata, type ScoredPiece } from './scored-pieces.js'

/** Bytes of a token without text: score and length. */
const smallest = 8

/** The format has no room for marks: 0 is unknown, 1 and 2 begin and end a text in every file that llama2.c writes. */
const bos = 1
const eos = 2

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function readLlama2cVocabulary(bytes: Uint8Array, size: number): Map<string, MetadataValue> {
  // Before anything is made for them: each token takes at least 8 bytes of the file.
  if (!Number.isInteger(size) || size <= eos || 4 + size * smallest > bytes.length)
    throw new LutraError(
      'mismatch',
      `Expected ${size} tokens in tokenizer.bin but it has ${bytes.length} bytes; pass the one that belongs to the weights`,
    )
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pieces: ScoredPiece[] = []
  let at = 4
  for (let id = 0; id < size; id++) {
    if (at + smallest > bytes.length) throw broken(id, `${bytes.length - at} bytes left`)
    const score = view.getFloat32(at, true)
    const length = view.getInt32(at + 4, true)
    at += smallest
    if (!Number.isFinite(score)) throw broken(id, `score ${score}`)
    if (length < 0 || length > bytes.length - at) throw broken(id, `length ${length} with ${bytes.length - at} left`)
    pieces.push(scored(id, text(bytes.subarray(at, at + length), id), score))
    at += length
  }
  if (at < bytes.length)
    throw new LutraError(
      'mismatch',
      `Expected ${size} tokens in tokenizer.bin, as the weights say, but ${bytes.length - at} bytes follow them; ` +
        'pass the one that belongs to the weights',
    )
  return pieceMetadata(pieces, { bos, eos, unknown: 0 })
}

function scored(id: number, piece: string, score: number): ScoredPiece {
  if (id === 0) return { piece, score, kind: 'unknown' }
  // Written as "\n<s>\n", since llama2.c prints them as they are.
  if (id === bos || id === eos) return { piece: piece.trim(), score, kind: 'control' }
  if (/^<0x[0-9A-F]{2}>$/.test(piece)) return { piece, score, kind: 'byte' }
  return { piece: piece.replaceAll(' ', '▁'), score, kind: 'normal' }
}

function text(bytes: Uint8Array, id: number): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new LutraError('format', `Expected UTF-8 in token ${id} of tokenizer.bin but found other bytes`, { cause })
  }
}

function broken(id: number, found: string): LutraError {
  return new LutraError('format', `Expected score, length and bytes of token ${id} in tokenizer.bin but found ${found}`)
}
