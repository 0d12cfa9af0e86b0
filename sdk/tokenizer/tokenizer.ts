import type { Steps } from '../../hal/turns.js'

/** Text ↔ token ids. */
export interface Tokenizer {
  readonly size: number
  readonly bos?: number
  readonly eos?: number
  /** All ids that end a generation (eos, eot …). */
  readonly stops: ReadonlySet<number>
  readonly addBos: boolean
  /** Control tokens in `text` are plain text unless `special`; `bos` defaults to the model's own habit. */
  encode(text: string, options?: EncodeOptions): number[]
  /** The same with pauses, for long texts: a megabyte takes half a second, in one word several. */
  encodeSteps?(text: string, options?: EncodeOptions): Steps<number[]>
  decode(ids: readonly number[], options?: { special?: boolean }): string
  /** The bytes that a token stands for (control tokens: none). */
  bytes(id: number): Uint8Array
  /** The piece as the vocabulary writes it. */
  piece(id: number): string
  idOf(piece: string): number | undefined
  isControl(id: number): boolean
}

export interface EncodeOptions {
  readonly special?: boolean
  readonly bos?: boolean
  /** Puts last what the model's own habit is, if it has one (e.g. [SEP]); default true, unless `bos` is false. */
  readonly eos?: boolean
  /** A character that breaks up what must not become a control token; taken out of the text once those are found. */
  readonly guard?: string
}
