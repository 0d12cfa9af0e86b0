/**
 * SentencePiece's BPE (`tokenizer.ggml.model` = llama): spaces become ▁, characters join by the score of the piece they
 * make, and what the vocabulary cannot spell falls back to bytes.
 * takes  Vocabulary · gives  Tokenizer
 */
import type { Steps } from '../../hal/turns.js'
import { mergeParts } from './merge.js'
import { PieceTokenizer } from './pieces.js'
import { tokenType, type Vocabulary } from './vocabulary.js'
import { WordMemory } from './word-memory.js'

const encoder = new TextEncoder()

export class SentencePieceTokenizer extends PieceTokenizer {
  readonly addBos: boolean
  readonly #addSpacePrefix: boolean
  /** Pieces that plain text may become: never control or byte tokens, however the text spells them. */
  readonly #plain = new Map<string, number>()
  readonly #bytes = new Array<number | undefined>(256)
  /** UTF-16 units that stand before a ▁ inside some piece; after any other, no piece goes on over a ▁. */
  readonly #joinsSpace = new Set<number>()
  readonly #memory = new WordMemory((word) => this.#merge(word))

  constructor(vocabulary: Vocabulary) {
    super(vocabulary)
    this.addBos = vocabulary.addBos ?? true
    this.#addSpacePrefix = vocabulary.addSpacePrefix ?? true
    const { types, guarded } = vocabulary
    vocabulary.pieces.forEach((piece, id) => {
      const type = types[id]
      if (type === tokenType.byte) this.#bytes[byteOf(piece)] = id
      else if (type === tokenType.userDefined ? !guarded : type !== tokenType.control && type !== tokenType.unknown)
        this.#plain.set(piece, id)
    })
    for (const piece of this.#plain.keys())
      for (let at = piece.indexOf('▁', 1); at > 0; at = piece.indexOf('▁', at + 1))
        this.#joinsSpace.add(piece.charCodeAt(at - 1))
  }

  protected encodePlain(plain: string, afterToken: boolean, ids: number[]): Steps<void> {
    const text = (afterToken && this.#addSpacePrefix ? ` ${plain}` : plain).replaceAll(' ', '▁')
    return this.#memory.append(this.#words(text), ids)
  }

  /** Words that no piece can bridge are merged one by one: the same ids, sooner. */
  *#words(text: string): Generator<string> {
    let from = 0
    for (let at = text.indexOf('▁', 1); at > 0; at = text.indexOf('▁', at + 1)) {
      if (this.#joinsSpace.has(text.charCodeAt(at - 1))) continue
      yield text.slice(from, at)
      from = at
    }
    yield text.slice(from)
  }

  *#merge(word: string): Steps<number[]> {
    const { scores } = this.vocabulary
    const starts: number[] = []
    for (let at = 0; at < word.length; at += word.codePointAt(at)! > 0xffff ? 2 : 1) starts.push(at)
    const joined = yield* mergeParts(starts, word.length, (start, _, end) => {
      const id = this.#plain.get(word.slice(start, end))
      return id === undefined ? undefined : -scores[id]
    })
    return joined.flatMap((start, i) => {
      const piece = word.slice(start, joined[i + 1])
      return this.#plain.get(piece) ?? this.#spell(piece)
    })
  }

  #spell(piece: string): number[] {
    const bytes = Array.from(encoder.encode(piece), (byte) => this.#bytes[byte])
    return bytes.every((id) => id !== undefined) ? bytes : [this.unknown(piece)]
  }

  protected pieceBytes(piece: string, type: number): Uint8Array {
    return type === tokenType.byte ? Uint8Array.of(byteOf(piece)) : encoder.encode(piece.replaceAll('▁', ' '))
  }

  protected override trim(text: string, ids: readonly number[]): string {
    const first = ids.find((id) => !this.isControl(id))
    const added = this.#addSpacePrefix && first !== undefined && this.piece(first).startsWith('▁')
    return added ? text.replace(' ', '') : text
  }
}

/** The byte of a piece `<0x41>`. */
function byteOf(piece: string): number {
  return Number.parseInt(piece.slice(3, 5), 16) & 255
}
