/**
 * For what takes one call at a time: a second one is refused, not queued, since its caller would not know what it finds.
 * takes  work · gives  what the work gives; LutraError mismatch while other work is under way
 */
import { LutraError } from '../../hal/error.js'

export class OneAtATime {
  #busy = false

  constructor(private readonly message: string) {}

  check(): void {
    if (this.#busy) throw new LutraError('mismatch', this.message)
  }

  /** Takes the place; the answer gives it back. */
  begin(): () => void {
    this.check()
    this.#busy = true
    return () => {
      this.#busy = false
    }
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const end = this.begin()
    try {
      return await work()
    } finally {
      end()
    }
  }
}
