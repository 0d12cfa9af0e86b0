/** Time, so that a test can have its own. */
import type { Clock } from '../../hal/clock.js'

export type { Clock } from '../../hal/clock.js'

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
