/**
 * What a tokenizer is made of, whatever file it came from.
 * before ./gguf-vocabulary, ./tokenizer-json · after ./sentencepiece, ./byte-level, ./word-piece
 */

import type { Steps } from '../../hal/turns.js'

/** What a token is, by GGUF's numbers. */
export const tokenType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const

export interface Vocabulary {
  /**
   * How text becomes pieces: `scores` (SentencePiece), `merges` (the same by a list of merges), `bytes` (byte-level
   * merges) or `words` (WordPiece).
   */
  readonly kind: 'scores' | 'merges' | 'bytes' | 'words'
  readonly pieces: readonly string[]
  readonly types: ArrayLike<number>
  /** For `scores`; the highest joins first. */
  readonly scores: ArrayLike<number>
  /** For `merges` and `bytes`: left and right with a space between; the first joins first. */
  readonly merges: readonly string[]
  /** Regular expressions that cut a text into words (./pretokenize). */
  readonly rules: readonly string[]
  /** A word that is a piece is taken as it is, even where the merges would not lead there. */
  readonly ignoreMerges: boolean
  /** Where a space is put before plain text: where it begins the whole text, or also behind each literal token. */
  readonly spacePrefix: 'none' | 'first' | 'each'
  /** No second space where one stands already. */
  readonly onlyIfNone: boolean
  /** What is done to plain text before it is cut. */
  readonly normalize?: (text: string) => string
  readonly bos?: number
  readonly eos?: number
  readonly unknown?: number
  readonly stops: ReadonlySet<number>
  readonly addBos: boolean
  /** The tokens that `encode` puts last where the file asks for them. */
  readonly last: readonly number[]
  /** Tokens that swallow the white space before or behind them in the text. */
  readonly strips: ReadonlyMap<number, Strip>
  /** Of tokens that overlap in a text, the longest wins wherever it stands (llama.cpp), or the leftmost (Hugging Face). */
  readonly overlap: 'longest' | 'leftmost'
  /** Text of users never becomes a user-defined token: in Lutra's own models those are the actions' words. */
  readonly guarded: boolean
  /** For `words`: longer ones are unknown. */
  readonly mostCharacters?: number
}

export interface Strip {
  readonly left: boolean
  readonly right: boolean
  /** Not a token inside a word. */
  readonly alone?: boolean
}

/** Whether plain text may become this token through merging. */
function isPlain({ types, guarded }: Vocabulary, id: number): boolean {
  const type = types[id]
  if (type === tokenType.userDefined) return !guarded
  return type !== tokenType.control && type !== tokenType.unknown && type !== tokenType.byte
}

/** The pieces that plain text may become; of equal ones the last, as in llama.cpp. */
export function* plainPieces(vocabulary: Vocabulary): Steps<Map<string, number>> {
  const plain = new Map<string, number>()
  for (const [id, piece] of vocabulary.pieces.entries()) {
    if (isPlain(vocabulary, id)) plain.set(piece, id)
    if (id % part === 0) yield
  }
  return plain
}

/** Pieces between pauses: about a millisecond. */
const part = 2048
