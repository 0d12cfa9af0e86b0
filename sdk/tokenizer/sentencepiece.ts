/**
 * SentencePiece's BPE (`tokenizer.ggml.model` = llama, or gemma4): spaces become ▁, characters join by the score of the
 * piece they make or by a list of merges, and what the vocabulary cannot spell falls back to bytes.
 * takes  Vocabulary · gives  Tokenizer
 */
import type { Steps } from '../../hal/turns.js'
import { mergeParts, type Rank } from './merge.js'
import { PieceTokenizer } from './pieces.js'
import { createPretokenizer } from './pretokenize.js'
import { tokenType, type Vocabulary } from './vocabulary.js'
import { WordMemory } from './word-memory.js'

const encoder = new TextEncoder()

export class SentencePieceTokenizer extends PieceTokenizer {
  readonly #bytes = new Array<number | undefined>(256)
  /** UTF-16 units that stand before a ▁ inside some piece; after any other, no piece goes on over a ▁. */
  readonly #joinsSpace = new Set<number>()
  readonly #cut: (text: string) => Iterable<string>
  readonly #rank: (word: string) => Rank
  readonly #memory = new WordMemory((word) => this.#merge(word))

  constructor(
    vocabulary: Vocabulary,
    /** Pieces that plain text may become: never control or byte tokens, however the text spells them. */
    private readonly plain: ReadonlyMap<string, number>,
    /** Of merges; none where pieces join by their scores. */
    private readonly ranks: ReadonlyMap<string, number>,
  ) {
    super(vocabulary)
    this.#cut = createPretokenizer(vocabulary.rules)
    vocabulary.pieces.forEach((piece, id) => {
      if (vocabulary.types[id] === tokenType.byte) this.#bytes[byteOf(piece)] = id
    })
    for (const piece of this.plain.keys())
      for (let at = piece.indexOf('▁', 1); at > 0; at = piece.indexOf('▁', at + 1))
        this.#joinsSpace.add(piece.charCodeAt(at - 1))
    this.#rank = vocabulary.kind === 'merges' ? this.#byMerges() : this.#byScores()
  }

  protected encodePlain(plain: string, first: boolean, ids: number[]): Steps<void> {
    return this.#memory.append(this.#words(this.prefixed(plain, first).replaceAll(' ', '▁')), ids)
  }

  #byScores(): (word: string) => Rank {
    const { scores } = this.vocabulary
    return (word) => (start, _, end) => {
      const id = this.plain.get(word.slice(start, end))
      return id === undefined ? undefined : -scores[id]
    }
  }

  #byMerges(): (word: string) => Rank {
    return (word) => (start, middle, end) => {
      const rank = this.ranks.get(`${word.slice(start, middle)} ${word.slice(middle, end)}`)
      return rank !== undefined && this.plain.has(word.slice(start, end)) ? rank : undefined
    }
  }

  /** Words that no piece can bridge are merged one by one: the same ids, sooner. */
  *#words(whole: string): Generator<string> {
    for (const text of this.#cut(whole)) {
      let from = 0
      for (let at = text.indexOf('▁', 1); at > 0; at = text.indexOf('▁', at + 1)) {
        if (this.#joinsSpace.has(text.charCodeAt(at - 1))) continue
        yield text.slice(from, at)
        from = at
      }
      yield text.slice(from)
    }
  }

  *#merge(word: string): Steps<number[]> {
    const { ignoreMerges, rules } = this.vocabulary
    // Where lines are kept apart, their ends are taken as they are too.
    const asItIs = ignoreMerges || (rules.length > 0 && word[0] === '\n')
    const whole = asItIs ? this.plain.get(word) : undefined
    if (whole !== undefined) return [whole]
    const starts: number[] = []
    for (let at = 0; at < word.length; at += word.codePointAt(at)! > 0xffff ? 2 : 1) starts.push(at)
    const joined = yield* mergeParts(starts, word.length, this.#rank(word))
    return joined.flatMap((start, i) => {
      const piece = word.slice(start, joined[i + 1])
      return this.plain.get(piece) ?? this.#spell(piece)
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
    const added = this.vocabulary.spacePrefix !== 'none' && first !== undefined && this.piece(first).startsWith('▁')
    return added ? text.replace(' ', '') : text
  }
}

/** The byte of a piece `<0x41>`. */
function byteOf(piece: string): number {
  return Number.parseInt(piece.slice(3, 5), 16) & 255
}
