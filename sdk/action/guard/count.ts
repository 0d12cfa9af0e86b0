/**
 * How many actions one plan may have, repetitions unrolled.
 * takes  the most · gives  a Check
 * after ../guard
 */
import type { NewCheck } from './check.js'

export function countCheck(most: number): NewCheck {
  return () => {
    let count = 0
    return {
      look() {
        if (count >= most) return { refusal: `more than ${most} actions in one plan` }
      },
      pass() {
        count++
      },
    }
  }
}
