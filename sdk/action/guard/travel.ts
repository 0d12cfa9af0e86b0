/**
 * How far and how long one plan may go in all.
 * takes  limits in metres, degrees and seconds, the skills' motions · gives  a Check
 * before ./motion · after ../guard
 */
import type { Action } from '../action.js'
import type { NewCheck } from './check.js'
import { amount, type Motion } from './motion.js'

export interface TravelLimits {
  /** Metres driven, forward and backward. Default none. */
  readonly metres?: number
  /** Degrees turned, left and right. Default none. */
  readonly degrees?: number
  /** Seconds that the plan takes: waits, and motions at the speeds below. Default none. */
  readonly seconds?: number
  /** How fast the robot drives and turns, for `seconds`: metres and degrees a second. Default 0.2 and 45. */
  readonly speed?: number
  readonly spin?: number
}

interface Travelled {
  readonly metres: number
  readonly degrees: number
  readonly seconds: number
}

export function travelCheck(limits: TravelLimits, motions: ReadonlyMap<string, Motion>): NewCheck {
  const { speed = 0.2, spin = 45 } = limits
  const most = { metres: limits.metres, degrees: limits.degrees, seconds: limits.seconds }

  /** What one action adds; infinite where nobody can say. */
  const travel = (action: Action, motion: Motion): Travelled => {
    const still = { metres: 0, degrees: 0, seconds: 0 }
    if (motion === 'none') return still
    if (motion === 'open' || 'place' in motion || 'point' in motion) return unknown
    if ('wait' in motion) return { ...still, seconds: Math.abs(amount(action, motion.wait)) }
    const size = Math.abs(amount(action, 'ahead' in motion ? motion.ahead : motion.turn))
    return 'ahead' in motion
      ? { ...still, metres: size, seconds: size / speed }
      : { ...still, degrees: size, seconds: size / spin }
  }

  return () => {
    let so: Travelled = { metres: 0, degrees: 0, seconds: 0 }
    const after = (action: Action, name: string): Travelled => {
      const more = travel(action, motions.get(name) ?? 'none')
      return {
        metres: so.metres + more.metres,
        degrees: so.degrees + more.degrees,
        seconds: so.seconds + more.seconds,
      }
    }
    return {
      look(action, { name }) {
        const sum = after(action, name)
        for (const unit of ['metres', 'degrees', 'seconds'] as const) {
          const limit = most[unit]
          // Sums of decimal steps are not exact. NaN is beyond every limit.
          if (limit !== undefined && !(sum[unit] <= limit + 1e-9))
            return { refusal: `more than ${limit} ${unit} in one plan` }
        }
      },
      pass(action, { name }) {
        so = after(action, name)
      },
    }
  }
}

const unknown: Travelled = {
  metres: Number.POSITIVE_INFINITY,
  degrees: Number.POSITIVE_INFINITY,
  seconds: Number.POSITIVE_INFINITY,
}
