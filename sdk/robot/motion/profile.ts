/**
 * A trapezoid of velocity, followed while measuring: rises by the acceleration, runs at the limit, falls so that it
 * ends where it should.
 * takes  what remains of the way, seconds since the last step · gives  the next set-point, in the way's unit per second
 * before ./differential, ../drivers/joints
 */
export interface ProfileLimits {
  /** The most, in units per second. */
  readonly speed: number
  /** Of rising and falling, in units per second squared. */
  readonly acceleration: number
  /** What is still worth sending: motors stall below it. Default none. */
  readonly slowest?: number
}

export class Profile {
  /** The set-point in force, signed. Zero at first and after a stop: whatever begins again, begins from rest. */
  speed = 0

  constructor(readonly limits: ProfileLimits) {}

  /** The next set-point with `remaining` to go (signed). Zero once it is there or has passed it. */
  next(remaining: number, seconds: number): number {
    const { speed: most, acceleration, slowest = 0 } = this.limits
    const ahead = remaining * (Math.sign(this.speed) || Math.sign(remaining))
    if (ahead <= 0) return this.brake(seconds)
    const step = acceleration * seconds
    // v²/2a + v·dt/2 = way: the fastest from which a fall in steps of dt still ends there.
    const fall = Math.sqrt((step / 2) ** 2 + 2 * acceleration * ahead) - step / 2
    const wish = Math.min(most, Math.max(fall, slowest), seconds > 0 ? Math.max(ahead / seconds, slowest) : most)
    const now = Math.abs(this.speed)
    this.speed = Math.sign(remaining) * Math.max(Math.min(wish, now + step), now - step * 2, 0)
    return this.speed
  }

  /** The next set-point on the way to rest, which takes a second at most, however gentle the acceleration. */
  brake(seconds: number): number {
    const left = Math.abs(this.speed) - Math.max(this.limits.acceleration, this.limits.speed) * seconds
    this.speed = left > (this.limits.slowest ?? 0) ? Math.sign(this.speed) * left : 0
    return this.speed
  }

  /** It stands still for a reason of its own: the next step rises from zero. */
  rest(): void {
    this.speed = 0
  }
}
