/**
 * The few parts of Protocol Buffers' wire format that a SentencePiece model needs, read strictly.
 * takes  bytes · gives  fields, one after the other; LutraError format where they leave the bytes
 * after  ./sentencepiece-model
 */
import { LutraError } from '../../hal/error.js'

/** A whole number, or the bytes of a fixed or a sized field. */
export interface Field {
  readonly number: number
  readonly value: number | Uint8Array
}

export function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0
  const varint = () => {
    let value = 0
    // Ten bytes at most; only the low 53 bits matter, since negative numbers and larger ones are none of ours.
    for (let i = 0; i < 10; i++) {
      if (at >= bytes.length) throw broken(at)
      const byte = bytes[at++]
      if (i < 7) value += (byte & 127) * 2 ** (7 * i)
      if (byte < 128) return value
    }
    throw broken(at)
  }
  const take = (length: number) => {
    if (length > bytes.length - at) throw broken(at)
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    if (number === 0) throw broken(at)
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() }
        break
      case 1:
        yield { number, value: take(8) }
        break
      case 2:
        yield { number, value: take(varint()) }
        break
      case 5:
        yield { number, value: take(4) }
        break
      default:
        throw broken(at)
    }
  }
}

function broken(at: number): LutraError {
  return new LutraError('format', `Expected a field of Protocol Buffers but found none at byte ${at}`)
}
