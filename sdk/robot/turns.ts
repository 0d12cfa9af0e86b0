/**
 * Who may act: one at a time, in the order of asking.
 * takes  what to do, what ends the waiting · gives  a promise that settles with it
 * before ./runtime · after ./plan
 */
import { unless } from './plan.js'

export class Turns {
  /** Settles when the one before has ended. */
  #last: Promise<unknown> = Promise.resolve()

  /** Settles when all who have asked until now are done. */
  get idle(): Promise<unknown> {
    return this.#last
  }

  /** Waits until nobody else acts, and keeps others waiting meanwhile. What is over waits no longer, and must see so. */
  async take(act: () => Promise<void>, over: AbortSignal): Promise<void> {
    const before = this.#last
    let done!: () => void
    this.#last = new Promise<void>((resolve) => {
      done = resolve
    })
    try {
      await unless(over, before).catch(() => {})
      await act()
    } finally {
      // Whoever comes next waits for those before us, too.
      void before.then(done)
    }
  }
}
