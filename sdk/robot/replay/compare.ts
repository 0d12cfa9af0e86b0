/**
 * Two ways that began at different places, held beside each other: each seen from where it began.
 * takes  poses in metres and degrees · gives  how far they lie apart, in words, where that is more than a simulation's error
 * after ./replay
 */
import type { Outcome } from './timeline.js'

export interface Pose {
  readonly x: number
  readonly y: number
  /** Degrees, counter-clockwise. */
  readonly heading: number
}

/** What timers alone may change: a stop comes a step earlier or later, and with it half a metre per second. */
export interface Tolerance {
  readonly metres: number
  readonly degrees: number
}

/** `pose` as seen by one who stands at `origin` and looks along it. */
export function seenFrom(origin: Pose, pose: Pose): Pose {
  const turn = (-origin.heading * Math.PI) / 180
  const [dx, dy] = [pose.x - origin.x, pose.y - origin.y]
  return {
    x: dx * Math.cos(turn) - dy * Math.sin(turn),
    y: dx * Math.sin(turn) + dy * Math.cos(turn),
    heading: between(pose.heading - origin.heading),
  }
}

/** What differs, in words; poses only where both are known. */
export function differences(recorded: Outcome, replayed: Outcome, tolerance: Tolerance): string[] {
  if (recorded.state === 'unknown') return []
  const differs: string[] = []
  if (recorded.state !== replayed.state) {
    const why = replayed.error ? ` (${replayed.error})` : ''
    differs.push(`it was ${recorded.state} and is ${replayed.state}${why}`)
  }
  if (recorded.pose && replayed.pose) {
    const metres = Math.hypot(recorded.pose.x - replayed.pose.x, recorded.pose.y - replayed.pose.y)
    const degrees = Math.abs(between(recorded.pose.heading - replayed.pose.heading))
    if (metres > tolerance.metres) differs.push(`it ends ${metres.toFixed(2)} m from there`)
    if (degrees > tolerance.degrees) differs.push(`it looks ${degrees.toFixed(0)}° away`)
  }
  return differs
}

/** The same angle from -180 to 180. */
function between(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180
}
