/**
 * Frames out of a byte stream of any quality, for protocols whose frames begin with a header and tell their length.
 * Never throws, never holds more than one frame's bytes.
 * takes  a reader that looks at one place of the bytes · gives  its frames
 * before ./feetech, ./dynamixel
 */
/** What is at this place: a frame and its bytes, the beginning of one (`more`), or none. */
export type Look<F> = { readonly frame: F; readonly length: number } | 'more' | 'none'

export class FrameScanner<F> {
  /** Bytes that were part of no frame. */
  bad = 0
  #held = new Uint8Array()

  /** `look` must not ask for more than `longest` bytes. */
  constructor(
    readonly longest: number,
    readonly look: (bytes: Uint8Array) => Look<F>,
  ) {}

  push(bytes: Uint8Array): F[] {
    const frames: F[] = []
    // A large chunk is read in pieces, so that what is held stays small.
    for (let from = 0; from < bytes.length; from += this.longest) {
      const piece = bytes.subarray(from, from + this.longest)
      const all = new Uint8Array(this.#held.length + piece.length)
      all.set(this.#held)
      all.set(piece, this.#held.length)
      let at = 0
      while (at < all.length) {
        const look = this.look(all.subarray(at))
        if (look === 'more' && all.length - at < this.longest) break
        if (typeof look === 'string') {
          at++
          this.bad++
        } else {
          at += look.length
          frames.push(look.frame)
        }
      }
      this.#held = all.slice(at)
    }
    return frames
  }

  /** What began before is void: a question is asked anew. */
  fresh(): void {
    this.bad += this.#held.length
    this.#held = new Uint8Array()
  }
}
