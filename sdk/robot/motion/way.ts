/**
 * The way that a base has gone, added up from where it says that it is.
 * takes  places in turn · gives  signed metres along the heading, and radians without the jump at half a turn
 * before ../drivers/ros
 */
import { LutraError } from '../../../hal/error.js'

export interface Place {
  /** Metres. */
  readonly x: number
  readonly y: number
  /** Radians counter-clockwise. */
  readonly yaw: number
}

/** A step of more than this between two places is a new origin, not a way. */
const leap = { metres: 0.5, radians: 1 }

export class Way {
  metres = 0
  radians = 0
  #last: Place | undefined
  #at = 0

  add(now: Place): void {
    const last = this.#last
    this.#last = now
    this.#at = performance.now()
    if (last === undefined) return
    const [dx, dy] = [now.x - last.x, now.y - last.y]
    const turned = Math.atan2(Math.sin(now.yaw - last.yaw), Math.cos(now.yaw - last.yaw))
    if (Math.hypot(dx, dy) > leap.metres || Math.abs(turned) > leap.radians) return
    const heading = last.yaw + turned / 2
    this.metres += dx * Math.cos(heading) + dy * Math.sin(heading)
    this.radians += turned
  }

  /**
   * The same way as two wheels would have rolled it, `wheelBase` metres apart. LutraError io where the last place is older
   * than `within` ms: to drive on by a place that is no longer told would be to drive blind.
   */
  rolled(wheelBase: number, within: number): { left: number; right: number } {
    if (performance.now() - this.#at > within)
      throw new LutraError('io', `Expected its place within ${within} ms but it fell silent; check the base`)
    const half = (this.radians * wheelBase) / 2
    return { left: this.metres - half, right: this.metres + half }
  }
}
