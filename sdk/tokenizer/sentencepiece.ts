/**
 * SentencePiece's BPE (`tokenizer.ggml.model` = llama): spaces become ▁, characters join by the score of the piece they
 * make, and what the vocabulary cannot spell falls back to bytes.
 * takes  Vocabulary · gives  Tokenizer
 */
import { mergeParts } from './merge.js'
import { PieceTokenizer } from './pieces.js'
import { tokenType, type Vocabulary } from './vocabulary.js'

const encoder = new TextEncoder()

export class SentencePieceTokenizer extends PieceTokenizer {
  readonly addBos: boolean
  readonly #addSpacePrefix: boolean
  /** Pieces that plain text may become: never control or byte tokens, however the text spells them. */
  readonly #plain = new Map<string, number>()
  readonly #bytes = new Array<number | undefined>(256)

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
  }

  protected encodePlain(plain: string, afterToken: boolean, ids: number[]): void {
    const text = (afterToken && this.#addSpacePrefix ? ` ${plain}` : plain).replaceAll(' ', '▁')
    const { scores } = this.vocabulary
    const starts: number[] = []
    for (let at = 0; at < text.length; at += text.codePointAt(at)! > 0xffff ? 2 : 1) starts.push(at)
    const joined = mergeParts(starts, text.length, (start, _, end) => {
      const id = this.#plain.get(text.slice(start, end))
      return id === undefined ? undefined : -scores[id]
    })
    joined.forEach((start, i) => {
      const piece = text.slice(start, joined[i + 1])
      const id = this.#plain.get(piece)
      if (id !== undefined) ids.push(id)
      else this.#spell(piece, ids)
    })
  }

  #spell(piece: string, ids: number[]): void {
    const bytes = Array.from(encoder.encode(piece), (byte) => this.#bytes[byte])
    if (bytes.every((id) => id !== undefined)) ids.push(...bytes)
    else ids.push(this.unknown(piece))
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
