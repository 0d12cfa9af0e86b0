/**
 * The deadline: what comes too late after its instruction is not what anyone still wants.
 * takes  milliseconds, a clock · gives  a Check
 * after ../guard
 */
import type { NewCheck } from './check.js'

export function deadlineCheck(deadlineMs: number, now: () => number): NewCheck {
  return (begun) => ({
    look() {
      if (now() - begun > deadlineMs) return { refusal: `later than ${deadlineMs} ms after the instruction` }
    },
  })
}
