/**
 * What nav_msgs/Odometry tells, made into the way that was driven.
 * takes  messages of any quality · gives  pose (metres, degrees), speeds, and metres and radians since the beginning
 * before ./ros
 */
export interface Odometry {
  readonly x: number
  readonly y: number
  /** Radians counter-clockwise. */
  readonly yaw: number
  /** m/s and rad/s. */
  readonly speed: number
  readonly spin: number
}

/** A step of more than this between two messages is a new origin, not a way. */
const leap = { metres: 0.5, radians: 1 }

/** The numbers of an Odometry message; undefined where one is missing or not finite. */
export function readOdometry(message: unknown): Odometry | undefined {
  const number = (path: string): number => {
    let found: unknown = message
    for (const key of path.split('.')) found = (found as Record<string, unknown> | null | undefined)?.[key]
    return typeof found === 'number' ? found : Number.NaN
  }
  const [z, w] = [number('pose.pose.orientation.z'), number('pose.pose.orientation.w')]
  const odometry = {
    x: number('pose.pose.position.x'),
    y: number('pose.pose.position.y'),
    // On a plane the quaternion has only these two parts.
    yaw: 2 * Math.atan2(z, w),
    speed: number('twist.twist.linear.x'),
    spin: number('twist.twist.angular.z'),
  }
  return Object.values(odometry).every(Number.isFinite) ? odometry : undefined
}

/** Adds up signed metres along the heading, and radians without the jump at ±π. */
export class Way {
  metres = 0
  radians = 0
  #last: Odometry | undefined

  add(now: Odometry): void {
    const last = this.#last
    this.#last = now
    if (last === undefined) return
    const [dx, dy] = [now.x - last.x, now.y - last.y]
    const turned = Math.atan2(Math.sin(now.yaw - last.yaw), Math.cos(now.yaw - last.yaw))
    if (Math.hypot(dx, dy) > leap.metres || Math.abs(turned) > leap.radians) return
    const heading = last.yaw + turned / 2
    this.metres += dx * Math.cos(heading) + dy * Math.sin(heading)
    this.radians += turned
  }
}
