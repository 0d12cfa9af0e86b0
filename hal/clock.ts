/** Time, so that a test can have its own. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number
  /** Calls `act` once after so many milliseconds; gives what calls it off. */
  after(ms: number, act: () => void): () => void
}

/** For what looks now and then: its timers keep no process alive. */
export const backgroundClock: Clock = {
  now: () => performance.now(),
  after: (ms, act) => {
    const later = setTimeout(act, ms)
    later.unref()
    return () => clearTimeout(later)
  },
}
