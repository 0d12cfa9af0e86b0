/**
 * Half-duplex adapters that hear themselves: takes our own bytes out of what comes in. An echoed question looks like a
 * servo's answer, so it must not be parsed.
 * takes  what was sent, what was heard · gives  what the others said
 * before ./feetech
 */
/** More than waits for its echo at any time; older bytes were lost on the line. */
const most = 512

export class Echo {
  #expected: number[] = []

  sent(bytes: Uint8Array): void {
    this.#expected.push(...bytes)
    if (this.#expected.length > most) this.#expected = this.#expected.slice(-most)
  }

  /** What was to be sent was not. */
  forget(): void {
    this.#expected = []
  }

  heard(bytes: Uint8Array): Uint8Array {
    let at = 0
    while (at < bytes.length && this.#expected.length > 0 && bytes[at] === this.#expected[0]) {
      this.#expected.shift()
      at++
    }
    // Anything else means that the echo was damaged: what is left of it is parsed and fails its sum, or its question.
    if (at < bytes.length) this.forget()
    return bytes.subarray(at)
  }
}
