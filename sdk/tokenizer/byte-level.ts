/**
 * Byte-level BPE (`tokenizer.ggml.model` = gpt2): the text's bytes, written as 256 visible characters, join by the
 * order of the merge list within each word.
 * takes  Vocabulary · gives  Tokenizer
 */
import { utf8Bytes } from '../../hal/text.js'
import type { Steps } from '../../hal/turns.js'
import { mergeParts } from './merge.js'
import { PieceTokenizer } from './pieces.js'
import { createPretokenizer } from './pretokenize.js'
import type { Vocabulary } from './vocabulary.js'
import { WordMemory } from './word-memory.js'

const { toChar, toByte } = byteAlphabet()

export class ByteLevelTokenizer extends PieceTokenizer {
  readonly #words: (text: string) => Iterable<string>
  readonly #memory = new WordMemory((word) => this.#merge(visible(word)))

  constructor(
    vocabulary: Vocabulary,
    private readonly plain: ReadonlyMap<string, number>,
    private readonly ranks: ReadonlyMap<string, number>,
  ) {
    super(vocabulary)
    this.#words = createPretokenizer(vocabulary.rules)
  }

  protected encodePlain(plain: string, first: boolean, ids: number[]): Steps<void> {
    return this.#memory.append(this.#words(this.prefixed(plain, first)), ids)
  }

  *#merge(word: string): Steps<number[]> {
    const whole = this.vocabulary.ignoreMerges ? this.plain.get(word) : undefined
    if (whole !== undefined) return [whole]
    // Every visible character is one UTF-16 unit, so that offsets count bytes.
    const starts = Array.from({ length: word.length }, (_, i) => i)
    const joined = yield* mergeParts(starts, word.length, (start, middle, end) =>
      this.ranks.get(`${word.slice(start, middle)} ${word.slice(middle, end)}`),
    )
    return joined.flatMap((start, i) => {
      const piece = word.slice(start, joined[i + 1])
      const id = this.plain.get(piece)
      // Some vocabularies lack bytes that their training text never had; those are left out, as in llama.cpp.
      return id !== undefined ? [id] : Array.from(piece, (char) => this.plain.get(char) ?? []).flat()
    })
  }

  protected pieceBytes(piece: string): Uint8Array {
    const bytes: number[] = []
    for (const char of piece) {
      const byte = toByte.get(char)
      if (byte !== undefined) bytes.push(byte)
      else bytes.push(...utf8Bytes(char))
    }
    return Uint8Array.from(bytes)
  }
}

function visible(text: string): string {
  let out = ''
  for (const byte of utf8Bytes(text)) out += toChar[byte]
  return out
}

/** Printable Latin-1 characters stand for themselves; the other 68 bytes for the characters from U+0100 on. */
function byteAlphabet(): { toChar: readonly string[]; toByte: ReadonlyMap<string, number> } {
  const toChar: string[] = []
  let next = 0x100
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad)
    toChar.push(String.fromCharCode(printable ? byte : next++))
  }
  return { toChar, toByte: new Map(toChar.map((char, byte) => [char, byte])) }
}
