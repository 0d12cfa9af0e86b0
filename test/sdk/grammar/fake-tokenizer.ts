/** A tokenizer made of pieces: ids in the order given, then one stop. Encodes greedily, longest piece first. */
import type { Tokenizer } from '../../../sdk/tokenizer/tokenizer.js'

export function fakeTokenizer(pieces: readonly (string | Uint8Array)[]): Tokenizer {
  const bytes = pieces.map((p) => (typeof p === 'string' ? new Uint8Array(Buffer.from(p)) : p))
  const keys = new Map(bytes.map((b, id) => [Buffer.from(b).toString('latin1'), id]))
  const stop = pieces.length
  const longest = Math.max(...bytes.map((b) => b.length))
  return {
    size: pieces.length + 1,
    eos: stop,
    stops: new Set([stop]),
    addBos: false,
    encode(text) {
      const all = Buffer.from(text).toString('latin1')
      const ids: number[] = []
      for (let i = 0; i < all.length; ) {
        let length = Math.min(longest, all.length - i)
        while (length > 0 && !keys.has(all.slice(i, i + length))) length--
        if (length === 0) throw new Error(`no piece for ${all.slice(i)}`)
        ids.push(keys.get(all.slice(i, i + length)) as number)
        i += length
      }
      return ids
    },
    decode: (ids) => Buffer.concat(ids.map((id) => bytes[id] ?? new Uint8Array())).toString(),
    bytes: (id) => bytes[id] ?? new Uint8Array(),
    piece: (id) => (id === stop ? '</s>' : Buffer.from(bytes[id] ?? []).toString()),
    idOf: (piece) => keys.get(Buffer.from(piece).toString('latin1')),
    isControl: (id) => id === stop,
  }
}

/** Every byte, then the given pieces. */
export function byteTokenizer(more: readonly string[] = []): Tokenizer {
  return fakeTokenizer([...Array.from({ length: 256 }, (_, b) => Uint8Array.of(b)), ...more])
}

/** Printable ASCII only, as small vocabularies have it, then the given pieces. */
export function asciiTokenizer(more: readonly string[] = []): Tokenizer {
  return fakeTokenizer([...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)), ...more])
}
