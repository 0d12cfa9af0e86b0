/** Time, so that a test can have its own. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number
  /** Calls `act` once after so many milliseconds; gives what calls it off. */
  after(ms: number, act: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, act) => {
    if (ms <= 0) {
      const soon = setImmediate(act)
      return () => clearImmediate(soon)
    }
    const later = setTimeout(act, ms)
    return () => clearTimeout(later)
  },
}
