/**
 * llama.cpp's first file of importance matrices (imatrix.dat), little endian:
 * i32 entries, each: i32 bytes, name, i32 chunks n, i32 columns, f32 mean(x²) · n each; then i32 chunks, i32 bytes, text's name.
 * takes  bytes, trusted in nothing · gives  Importance, and back
 * after  ./open
 */
import { LutraError } from '../../../hal/error.js'
import { utf8Bytes } from '../../../hal/text.js'
import { GgufCursor } from '../../model/gguf-cursor.js'
import { maxNameBytes, maxTensors } from '../../model/gguf-limits.js'
import { quote } from '../../model/quote.js'
import { type Importance, meansOf, tokensOf, usualChunk } from './importance.js'

/** One expert's columns are some ten thousands; the largest stacks have 256 experts. */
const maxColumns = 2 ** 28

/** A path on the machine where it was made. */
const maxDatasetBytes = 65_536

/**
 * Reads imatrix.dat. Files of before 2024 end behind the last entry: no chunks, no text's name. The file does not say how
 * many tokens a chunk had; counts suppose `chunkSize`.
 *
 * @throws LutraError format (damaged), limit (asks for too much)
 */
export function parseDat(bytes: Uint8Array, chunkSize = usualChunk): Importance {
  const cursor = new GgufCursor(bytes, bytes.length)
  const entries = sizeOf(cursor, 'entries', maxTensors)
  if (entries === 0) throw new LutraError('format', 'Expected entries of an importance matrix but found 0')
  const diagonal = new Map<string, Float32Array>()
  const counts = new Map<string, Float32Array>()
  let most = 0
  for (let i = 0; i < entries; i++) {
    const name = textOf(cursor, bytes, 'a name', maxNameBytes)
    if (diagonal.has(name)) throw new LutraError('format', `Expected each matrix once but found ${quote(name)} again`)
    const chunks = sizeOf(cursor, `chunks of ${quote(name)}`, 2 ** 31)
    const columns = sizeOf(cursor, `columns of ${quote(name)}`, maxColumns)
    if (columns === 0) throw new LutraError('format', `Expected columns of ${quote(name)} but found 0`)
    // Sums are of chunks; 0 stands for a file whose means are whole already.
    const means = meansOf(name, cursor.f32s(columns, quote(name)), Float32Array.of(Math.max(chunks, 1)))
    diagonal.set(name, means)
    counts.set(name, Float32Array.of(chunks * chunkSize))
    most = Math.max(most, chunks)
  }
  if (cursor.remaining === 0) return { diagonal, counts, datasets: [], chunks: most, chunkSize }
  const chunks = sizeOf(cursor, 'chunks', 2 ** 31)
  const dataset = textOf(cursor, bytes, "the text's name", maxDatasetBytes)
  if (cursor.remaining > 0)
    throw new LutraError('format', `Expected the end at byte ${cursor.at} but ${cursor.remaining} bytes follow`)
  return { diagonal, counts, datasets: dataset === '' ? [] : [dataset], chunks, chunkSize }
}

/** An i32 that counts; above `limit` or below 0 it is refused. */
function sizeOf(cursor: GgufCursor, what: string, limit: number): number {
  const at = cursor.at
  const n = cursor.i32(`number of ${what}`)
  if (n >= 0 && n <= limit) return n
  throw new LutraError(
    n < 0 ? 'format' : 'limit',
    `Expected 0 to ${limit} ${what} but byte ${at} says ${n}; this is no importance matrix, or a damaged one`,
  )
}

function textOf(cursor: GgufCursor, bytes: Uint8Array, what: string, limit: number): string {
  const length = sizeOf(cursor, `bytes of ${what}`, limit)
  const from = cursor.take(length, what)
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString('utf8')
}

/** The bytes of imatrix.dat, which every llama-quantize loads. Of several texts only the first has room. */
export function datBytes(importance: Importance): Uint8Array {
  const parts: Uint8Array[] = [i32(importance.diagonal.size)]
  for (const [name, means] of importance.diagonal) {
    const tokens = Math.max(...tokensOf(importance, name))
    const chunks = Math.max(1, Math.round(tokens / importance.chunkSize))
    const text = utf8Bytes(name)
    const sums = means.map((mean) => mean * chunks)
    parts.push(i32(text.length), text, i32(chunks), i32(sums.length), new Uint8Array(sums.buffer))
  }
  const dataset = utf8Bytes(importance.datasets[0] ?? '')
  parts.push(i32(importance.chunks), i32(dataset.length), dataset)
  return Buffer.concat(parts)
}

function i32(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer)
}
