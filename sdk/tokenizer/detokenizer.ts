/**
 * Turns ids into text as they come and never lets out half a character.
 * takes  one id at a time · gives  the text that it completed, maybe empty
 * A space that opens the text is kept: what comes continues a prompt.
 */
import type { Tokenizer } from './tokenizer.js'

export class Detokenizer {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })

  constructor(
    private readonly tokenizer: Pick<Tokenizer, 'bytes' | 'piece'>,
    /** Shows control tokens as the vocabulary writes them. */
    private readonly special = false,
  ) {}

  push(id: number): string {
    const bytes = this.tokenizer.bytes(id)
    if (bytes.length === 0 && this.special) return this.flush() + this.tokenizer.piece(id)
    return this.#decoder.decode(bytes, { stream: true })
  }

  /** The end: U+FFFD for a character that stayed unfinished, otherwise nothing. The next push begins anew. */
  flush(): string {
    return this.#decoder.decode()
  }
}
