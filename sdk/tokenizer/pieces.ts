/**
 * What every tokenizer answers from its vocabulary alone: sizes, ids, pieces, and text from ids.
 * takes  Vocabulary · gives  the base that ./sentencepiece, ./byte-level and ./word-piece add `encode` to
 */

import { LutraError } from '../../hal/error.js'
import { utf8Bytes, utf8Text } from '../../hal/text.js'
import { atOnce, type Steps } from '../../hal/turns.js'
import { createPartition, type Partition } from './special.js'
import type { EncodeOptions, Tokenizer } from './tokenizer.js'
import { tokenType, type Vocabulary } from './vocabulary.js'

const none = new Uint8Array(0)
const encoder = new TextEncoder()

export abstract class PieceTokenizer implements Tokenizer {
  readonly size: number
  readonly bos: number | undefined
  readonly eos: number | undefined
  readonly stops: ReadonlySet<number>
  readonly addBos: boolean
  protected readonly partition: Partition
  /** Made when first asked for: few ask, and a large vocabulary takes a while. */
  #ids: Map<string, number> | undefined

  constructor(protected readonly vocabulary: Vocabulary) {
    this.size = vocabulary.pieces.length
    this.bos = vocabulary.bos
    this.eos = vocabulary.eos
    this.stops = vocabulary.stops
    this.addBos = vocabulary.addBos
    this.partition = createPartition(vocabulary)
  }

  encode(text: string, options: EncodeOptions = {}): number[] {
    return atOnce(this.encodeSteps(text, options))
  }

  *encodeSteps(text: string, options: EncodeOptions = {}): Steps<number[]> {
    const { bos, last, normalize } = this.vocabulary
    const ids: number[] = []
    const begins = options.bos ?? this.addBos
    if (begins && bos !== undefined) ids.push(bos)
    // Through UTF-8, so that half a surrogate pair is U+FFFD here as it would be in a file.
    const wellFormed = utf8Text(utf8Bytes(text))
    const parts = yield* this.partition(wellFormed, options.special ?? false)
    for (const [i, part] of parts.entries()) {
      if (typeof part === 'number') ids.push(part)
      else {
        const plain = options.guard ? part.replaceAll(options.guard, '') : part
        yield* this.encodePlain(normalize ? normalize(plain) : plain, i === 0, ids)
      }
    }
    if (options.eos ?? options.bos !== false) ids.push(...last)
    return ids
  }

  decode(ids: readonly number[], options: { special?: boolean } = {}): string {
    const parts = ids.map((id) => {
      const bytes = this.bytes(id)
      return options.special && bytes.length === 0 ? encoder.encode(this.piece(id)) : bytes
    })
    return this.trim(utf8Text(joined(parts)), ids)
  }

  bytes(id: number): Uint8Array {
    const piece = this.piece(id)
    const type = this.vocabulary.types[id]
    if (type === tokenType.control || type === tokenType.unknown) return none
    return type === tokenType.userDefined ? encoder.encode(piece) : this.pieceBytes(piece, type)
  }

  piece(id: number): string {
    const piece = this.vocabulary.pieces[id]
    if (piece === undefined) throw new LutraError('mismatch', `Expected a token id below ${this.size} but found ${id}`)
    return piece
  }

  idOf(piece: string): number | undefined {
    this.#ids ??= new Map(this.vocabulary.pieces.map((each, id) => [each, id]))
    return this.#ids.get(piece)
  }

  isControl(id: number): boolean {
    return this.vocabulary.types[id] === tokenType.control
  }

  /** Appends the ids of a text without literal tokens; `first` where it begins the whole text. */
  protected abstract encodePlain(text: string, first: boolean, ids: number[]): Steps<void>

  /** With the space that the vocabulary asks for before it. */
  protected prefixed(text: string, first: boolean): string {
    const { spacePrefix, onlyIfNone } = this.vocabulary
    const wanted = spacePrefix === 'each' || (spacePrefix === 'first' && first)
    return wanted && text !== '' && !(onlyIfNone && text.startsWith(' ')) ? ` ${text}` : text
  }

  protected abstract pieceBytes(piece: string, type: number): Uint8Array

  /** Takes away what encode added. */
  protected trim(text: string, _ids: readonly number[]): string {
    return text
  }

  /** The unknown token, for what the vocabulary cannot spell. */
  protected unknown(what: string): number {
    const { unknown } = this.vocabulary
    if (unknown !== undefined) return unknown
    throw new LutraError('mismatch', `Expected a token for ${JSON.stringify(what)} but the vocabulary has none`)
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
