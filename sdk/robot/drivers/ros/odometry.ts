/**
 * What nav_msgs/Odometry tells of a base.
 * takes  a message of any quality · gives  its place and speeds, or undefined
 * before ./ros
 */
import type { Place } from '../../motion/index.js'

export interface Odometry extends Place {
  /** m/s and rad/s. */
  readonly speed: number
  readonly spin: number
}

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
