/**
 * Lines of text out of a byte stream of any quality. Never throws, never holds more than one line.
 * takes  chunks · gives  lines without their end; what is too long or no text counts as bad
 * before ./waveshare, ./grbl
 */
export class LineParser {
  bad = 0
  readonly #held: Uint8Array
  #length = 0
  #overflow = false

  constructor(longest: number) {
    this.#held = new Uint8Array(longest)
  }

  push(bytes: Uint8Array): string[] {
    const lines: string[] = []
    for (const byte of bytes) {
      if (byte === 10 || byte === 13) {
        if (this.#overflow) this.bad++
        else if (this.#length > 0) lines.push(latin1.decode(this.#held.subarray(0, this.#length)))
        this.#length = 0
        this.#overflow = false
      } else if (this.#length < this.#held.length) this.#held[this.#length++] = byte
      else this.#overflow = true
    }
    return lines
  }
}

/** Each byte a character: nothing that is noise can fail to decode. */
const latin1 = new TextDecoder('latin1')
