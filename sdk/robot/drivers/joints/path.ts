/**
 * A straight line through joint space: all joints begin and end together, none faster than its own limits.
 * takes  where each joint is and should be, degrees · gives  set-points step by step
 * before ./joints · after ../../motion/profile
 */
import { Profile } from '../../motion/index.js'
import type { Joint } from './options.js'

export interface Leg {
  readonly joint: Joint
  readonly from: number
  readonly to: number
}

/** Milliseconds without coming half a degree nearer after which a joint counts as stuck. */
const patience = 1500
const nearer = 0.5

export class Path {
  /** How much of the line is done, 0 to 1. */
  done = 0
  readonly #profile: Profile
  #nearest = Infinity
  #nearestAt = performance.now()

  constructor(readonly legs: readonly Leg[]) {
    const least = (of: (joint: Joint) => number) =>
      Math.min(...legs.map(({ joint, from, to }) => of(joint) / Math.max(Math.abs(to - from), 0.01)))
    this.#profile = new Profile({
      speed: least(({ speed }) => speed),
      acceleration: least((joint) => joint.acceleration),
    })
  }

  /** One step on; false once the set-points stand still. */
  step(seconds: number, brake: boolean): boolean {
    const speed = brake ? this.#profile.brake(seconds) : this.#profile.next(1 - this.done, seconds)
    this.done = Math.min(1, this.done + speed * seconds)
    // The last of an asymptote is a jump smaller than a count.
    if (!brake && 1 - this.done < 1e-4) this.done = 1
    return brake ? speed > 0 : this.done < 1
  }

  rest(): void {
    this.#profile.rest()
  }

  setpoints(): { readonly joint: Joint; readonly at: number }[] {
    return this.legs.map(({ joint, from, to }) => ({ joint, at: from + (to - from) * this.done }))
  }

  /** The joint that is farthest from its goal, and whether that has not changed for too long. */
  away(degrees: (joint: Joint) => number): { most: number; name: string; stuck(now: number): boolean } {
    const each = this.legs.map(({ joint, to }) => ({ name: joint.name, away: Math.abs(degrees(joint) - to) }))
    const { name, away: most } = each.reduce((a, b) => (b.away > a.away ? b : a))
    const stuck = (now: number) => {
      if (this.#nearest - most < nearer) return now - this.#nearestAt > patience
      this.#nearest = most
      this.#nearestAt = now
      return false
    }
    return { most, name, stuck }
  }
}
