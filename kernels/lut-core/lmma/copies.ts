/**
 * Copies that may still be under way, and whether an access of SRAM meets one of them. Copies are done in order, and each
 * waits for the loads and stores before it: only a load or store behind a copy can come too early.
 * after  ./machine, ./validate
 */
import { LutraError } from '../../../hal/error.js'
import type { Space } from './instruction.js'

/** More need a `wait` first. */
export const mostCopies = 64

interface Copy {
  /** The SRAM that it writes (to SRAM) or reads (to DRAM), from … to - 1. */
  readonly to: Space
  readonly from: number
  readonly end: number
}

export class Copies {
  #copies: Copy[] = []

  get count(): number {
    return this.#copies.length
  }

  /** All that matters for races to come. */
  get state(): string {
    return this.#copies.map(({ to, from, end }) => `${to} ${from} ${end}`).join()
  }

  start(to: Space, from: number, bytes: number): void {
    if (this.#copies.length === mostCopies)
      throw new LutraError('limit', `Expected at most ${mostCopies} copies under way; wait for some`)
    this.#copies.push({ to, from, end: from + bytes })
  }

  /** At most `pending` are left. */
  wait(pending: number): void {
    if (this.#copies.length > pending) this.#copies.splice(0, this.#copies.length - pending)
  }

  /** What a load (a store: `writes`) of SRAM from … end - 1 races with. */
  race(from: number, end: number, writes: boolean): LutraError | undefined {
    for (let i = this.#copies.length - 1; i >= 0; i--) {
      const copy = this.#copies[i]
      if (from >= copy.end || end <= copy.from || (copy.to === 'dram' && !writes)) continue
      return new LutraError(
        'mismatch',
        `Expected SRAM ${from} … ${end - 1} at rest but a copy of ${copy.from} … ${copy.end - 1} may be under way; wait for it`,
      )
    }
    return undefined
  }
}
