/**
 * BERT's WordPiece (`tokenizer.ggml.model` = bert): each word is the longest piece that begins it, then the longest
 * that goes on, or one unknown token. Text does not come back: capitals, accents and spaces are lost.
 * takes  Vocabulary, whose `normalize` has folded the text and set spaces round signs · gives  Tokenizer
 */
import type { Steps } from '../../hal/turns.js'
import { PieceTokenizer } from './pieces.js'
import type { Vocabulary } from './vocabulary.js'
import { WordMemory } from './word-memory.js'

const encoder = new TextEncoder()

export class WordPieceTokenizer extends PieceTokenizer {
  readonly #longest: number
  readonly #memory = new WordMemory((word) => this.#cut(word))

  constructor(
    vocabulary: Vocabulary,
    /** Pieces that begin a word have ▁ before them, as in GGUF files. */
    private readonly plain: ReadonlyMap<string, number>,
  ) {
    super(vocabulary)
    let longest = 0
    for (const piece of this.plain.keys()) longest = Math.max(longest, piece.length)
    this.#longest = longest
  }

  protected encodePlain(text: string, _first: boolean, ids: number[]): Steps<void> {
    return this.#memory.append(wordsOf(text), ids)
  }

  *#cut(word: string): Steps<number[]> {
    const { mostCharacters = Number.POSITIVE_INFINITY } = this.vocabulary
    const text = `▁${word}`
    const ids: number[] = []
    if (Array.from(word).length > mostCharacters) return [this.unknown(word)]
    for (let at = 0, end = 0; at < text.length; at = end) {
      let id: number | undefined
      for (end = Math.min(text.length, at + this.#longest); end > at; end--) {
        id = this.plain.get(text.slice(at, end))
        if (id !== undefined) break
      }
      if (id === undefined) return [this.unknown(word)]
      ids.push(id)
      yield
    }
    return ids
  }

  protected pieceBytes(piece: string): Uint8Array {
    return encoder.encode(piece.replaceAll('▁', ' '))
  }

  protected override trim(text: string): string {
    return text.startsWith(' ') ? text.slice(1) : text
  }
}

function* wordsOf(text: string): Generator<string> {
  for (const [word] of text.matchAll(/[^ ]+/g)) yield word
}
