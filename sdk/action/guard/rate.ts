/**
 * How many actions may pass within a time, over all plans: all of them, or those of one skill.
 * takes  a limit, a clock, a skill's name for its own limit · gives  a Check
 * after ../guard
 */
import type { NewCheck } from './check.js'

export interface Rate {
  readonly actions: number
  /** Milliseconds. */
  readonly ms: number
}

export function rateCheck({ actions, ms }: Rate, now: () => number, only?: string): NewCheck {
  /** Times of the latest, oldest first; all plans share them. */
  const recent: number[] = []
  const concerns = (name: string) => only === undefined || only === name
  return () => ({
    look(_, { name }) {
      if (!concerns(name)) return undefined
      const at = now()
      while (recent.length > 0 && at - recent[0] >= ms) recent.shift()
      if (recent.length < actions) return undefined
      return { refusal: `more than ${actions} ${only === undefined ? 'actions' : `of "${only}"`} in ${ms} ms` }
    },
    pass(_, { name }) {
      if (concerns(name)) recent.push(now())
    },
  })
}
