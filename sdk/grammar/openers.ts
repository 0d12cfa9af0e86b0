/**
 * Watches a free text, byte by byte, for the words that open something.
 * takes  openers, bytes · gives which opener has just been written to its end
 * after ./lazy
 */
export interface Opener {
  readonly text: string
  /** `start`: only as the first thing that is written, white space aside. */
  readonly where: 'anywhere' | 'start'
}

/** Places in openers that are being written: opener, then how many of its bytes stand there. */
export interface Watch {
  readonly places: readonly (readonly [opener: number, written: number])[]
  /** Nothing but white space has been written yet. */
  readonly fresh: boolean
}

export const nothingWritten: Watch = { places: [], fresh: true }

const SPACE = new Set([0x20, 0x0a, 0x0d, 0x09])

export class Openers {
  readonly #bytes: readonly Uint8Array[]

  constructor(readonly all: readonly Opener[]) {
    this.#bytes = all.map(({ text }) => new Uint8Array(Buffer.from(text)))
  }

  /** The last bytes of openers: a token without any of them completes none. */
  get lastBytes(): ReadonlySet<number> {
    return new Set(this.#bytes.map((bytes) => bytes[bytes.length - 1]))
  }

  /** One more byte: where we stand now, or which opener it has completed. */
  step({ places, fresh }: Watch, byte: number): Watch | number {
    const next: [number, number][] = []
    const go = (opener: number, written: number): boolean => {
      if (this.#bytes[opener][written] !== byte) return false
      next.push([opener, written + 1])
      return written + 1 === this.#bytes[opener].length
    }
    for (const [opener, written] of places) if (go(opener, written)) return opener
    for (const [i, { where }] of this.all.entries()) if ((where === 'anywhere' || fresh) && go(i, 0)) return i
    return { places: next, fresh: fresh && SPACE.has(byte) }
  }

  /** The same over several bytes: where we stand then, or the opener and how many bytes it took. */
  walk(watch: Watch, bytes: Uint8Array): Watch | { readonly opener: number; readonly taken: number } {
    let at = watch
    for (let i = 0; i < bytes.length; i++) {
      const next = this.step(at, bytes[i])
      if (typeof next === 'number') return { opener: next, taken: i + 1 }
      at = next
    }
    return at
  }
}
