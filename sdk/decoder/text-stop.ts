/**
 * Looks for stop strings in a text that comes in pieces, and holds back what may be the beginning of one.
 * takes  pieces of text · gives  text that is safe to show; `found` once a stop string stood there
 */
export class TextStop {
  found = false
  #held = ''

  constructor(private readonly stops: readonly string[]) {}

  push(text: string): string {
    if (this.found) return ''
    this.#held += text
    const at = this.stops.map((stop) => this.#held.indexOf(stop)).filter((index) => index >= 0)
    if (at.length > 0) {
      this.found = true
      return this.#release(Math.min(...at))
    }
    return this.#release(this.#held.length - Math.max(0, ...this.stops.map((stop) => openEnd(this.#held, stop))))
  }

  /** The end came: what was held back is text after all. */
  flush(): string {
    return this.found ? '' : this.#release(this.#held.length)
  }

  #release(length: number): string {
    const text = this.#held.slice(0, length)
    this.#held = this.#held.slice(length)
    return text
  }
}

/** Length of the longest end of `text` with which `stop` begins. */
export function openEnd(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--)
    if (text.endsWith(stop.slice(0, length))) return length
  return 0
}
