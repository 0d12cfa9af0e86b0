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
    const timer = ms <= 0 ? setImmediate(act) : setTimeout(act, ms)
    return () => {
      clearImmediate(timer as NodeJS.Immediate)
      clearTimeout(timer as NodeJS.Timeout)
    }
  },
}
