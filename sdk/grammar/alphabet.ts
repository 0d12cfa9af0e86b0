/**
 * What a vocabulary can always spell: the bytes and characters that have a token of their own.
 * takes  the bytes of every token · gives "can this be written whatever the tokens before it were?"
 * before ./token-trie · after ./reach, ./text, ./copy
 */
import { latin1Bytes, latin1Text, utf8Text } from '../../hal/text.js'

/** A matcher that only walks spellable ways can never stand before a character that no token holds. */
export class Alphabet {
  readonly #byte = new Uint8Array(256)
  readonly #characters = new Set<string>()
  /** True when every byte that UTF-8 uses has its own token, so that a token may end inside a character. */
  readonly complete: boolean

  constructor(tokens: Iterable<Uint8Array>) {
    for (const bytes of tokens) {
      if (bytes.length === 1) this.#byte[bytes[0]] = 1
      else if (bytes.length > 1 && bytes.length <= 4 && bytes[0] >= 0xc2 && bytes.length === lengthOf(bytes[0])) {
        this.#characters.add(latin1Text(bytes))
      }
    }
    let complete = true
    for (let b = 0x80; b <= 0xf4; b++) if (b !== 0xc0 && b !== 0xc1 && this.#byte[b] === 0) complete = false
    this.complete = complete
  }

  hasByte(byte: number): boolean {
    return this.#byte[byte] === 1
  }

  /** Whether every character of this UTF-8 text can be written on its own. */
  spells(bytes: Uint8Array): boolean {
    for (let i = 0; i < bytes.length; ) {
      const length = lengthOf(bytes[i])
      if (length === 1) {
        if (!this.hasByte(bytes[i])) return false
      } else if (!this.complete && !this.#characters.has(latin1Text(bytes.subarray(i, i + length)))) {
        return false
      }
      i += length
    }
    return true
  }

  /** Characters beyond ASCII that are whole tokens. */
  characters(): number[] {
    return [...this.#characters].map((latin) => utf8Text(latin1Bytes(latin)).codePointAt(0) ?? 0xfffd)
  }
}

/** Every byte: for matching text without a vocabulary. */
export const anyByte = new Alphabet(Array.from({ length: 256 }, (_, b) => Uint8Array.of(b)))

/** Bytes of the UTF-8 character that begins so. */
export function lengthOf(lead: number): number {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
}
